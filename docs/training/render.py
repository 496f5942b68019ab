"""Renews the tables of the recipe in this page, from the registries: ``python -m docs.training.render``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from trainers.augmentation.registry import AUGMENTATIONS
from trainers.heads.registry import HEADS
from trainers.optimizers.registry import OPTIMIZERS
from trainers.recipe import Recipe
from trainers.schedules.registry import SCHEDULES

PAGE = Path(__file__).parent / "README.md"
START, END = "<!-- tables:start -->", "<!-- tables:end -->"
CHOICES: dict[str, Iterable[Any]] = {
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "augmentation": AUGMENTATIONS,
    "projection_head": HEADS,
}


def tables() -> str:
    """The choices with their settings, then the other fields, as Markdown."""
    lines = ["| field | choice | what it does | settings |", "|---|---|---|---|"]
    for field, entries in CHOICES.items():
        for entry in entries:
            settings = ", ".join(
                f"`{name}` {info.default!r}".replace("'", "") for name, info in entry.config.model_fields.items()
            )
            lines.append(f"| `{field}` | `{entry.name}` | {entry.summary} | {settings} |")
    lines += ["", "| field | default | meaning |", "|---|---|---|"]
    for field, info in Recipe.model_fields.items():
        if field not in CHOICES:
            lines.append(f"| `{field}` | {info.default} | {info.description} |")
    return "\n".join(lines)


def with_tables(page: str) -> str:
    """The page with its tables renewed."""
    before, rest = page.split(START, 1)
    return f"{before}{START}\n{tables()}\n{END}{rest.split(END, 1)[1]}"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text()))
