"""What names the content of a file without reading it: the key of caches."""

from __future__ import annotations

from pathlib import Path

Stamp = tuple[int, int]


def stamp(path: Path) -> Stamp:
    """Time of the last change (ns) and size of a file: names its content. Zeros where there is none."""
    try:
        stat = path.stat()
    except OSError:
        return (0, 0)
    return (stat.st_mtime_ns, stat.st_size)
