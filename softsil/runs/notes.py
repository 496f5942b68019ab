"""What people write about a run after its launch: another name, tags, a note, whether it is put away.

They live in ``notes.json`` of the run folder, apart from ``config.json``: what was launched is never edited.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from softsil.errors import InvalidNotesError
from softsil.runs.files import read_json, write_json
from softsil.runs.paths import RunPaths

MOST_TAGS = 20
LONGEST_NAME, LONGEST_TAG, LONGEST_NOTE = 80, 40, 10_000


@dataclass(frozen=True)
class Notes:
    """What people wrote about one run.

    Attributes:
        name: in place of the name it was launched with; None keeps that.
        tags: short words to find it by, each once, in the order given.
        note: free text.
        archived: put away: lists leave it out unless asked.
    """

    name: str | None = None
    tags: tuple[str, ...] = ()
    note: str = ""
    archived: bool = False


def read_notes(paths: RunPaths) -> Notes:
    """The notes of a run; empty ones where nobody wrote any. What does not fit is left out.

    Raises:
        UnreadableFileError: ``notes.json`` is there and cannot be read.
    """
    if not paths.notes.exists():
        return Notes()
    return notes_of(read_json(paths.notes))


def notes_of(raw: dict[str, Any]) -> Notes:
    """The notes in the content of a ``notes.json``, as far as they make sense."""
    name, tags, note = raw.get("name"), raw.get("tags"), raw.get("note")
    words = (tag.strip() for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()
    return Notes(
        name=name[:LONGEST_NAME] if isinstance(name, str) and name.strip() else None,
        tags=tuple(dict.fromkeys(word[:LONGEST_TAG] for word in words if word))[:MOST_TAGS],
        note=note[:LONGEST_NOTE] if isinstance(note, str) else "",
        archived=raw.get("archived") is True,
    )


def edit_notes(
    paths: RunPaths,
    *,
    name: str | None = None,
    tags: Iterable[str] | None = None,
    note: str | None = None,
    archived: bool | None = None,
) -> Notes:
    """Change what is given and keep the rest; the notes as they are now.

    Args:
        paths: the run.
        name: the new name; an empty one brings back the name it was launched with.
        tags: all tags from now on.
        note: the new text.
        archived: whether it is put away.

    Raises:
        InvalidNotesError: a text is too long, or there are too many tags; nothing is changed then.
        UnreadableFileError: the notes so far cannot be read, so writing would lose them.
        OSError: the folder cannot be written.
    """
    before = read_notes(paths)
    notes = Notes(
        name=before.name if name is None else name.strip() or None,
        tags=before.tags if tags is None else _tidy(tags),
        note=before.note if note is None else note.strip(),
        archived=before.archived if archived is None else archived,
    )
    _check(notes)
    write_json(paths.notes, {"schema": 1, **dataclasses.asdict(notes)})
    return notes


def _tidy(tags: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for tag in tags if (word := " ".join(tag.split()))))


def _check(notes: Notes) -> None:
    lengths = [("name", len(notes.name or ""), LONGEST_NAME), ("note", len(notes.note), LONGEST_NOTE)]
    lengths += [(f"tag {tag[:20]!r}", len(tag), LONGEST_TAG) for tag in notes.tags]
    for what, length, longest in lengths:
        if length > longest:
            raise InvalidNotesError(f"the {what} has {length} characters; at most {longest} fit")
    if len(notes.tags) > MOST_TAGS:
        raise InvalidNotesError(f"{len(notes.tags)} tags are too many; a run has at most {MOST_TAGS}")
