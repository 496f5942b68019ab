"""The hundred colors of the live map: how they were chosen, and how well they can be told apart.

``python -m benchmarks.palette``

Petroff's ten colors come first. Each further color is the one of a grid that lies farthest from all before it, where
"far" is the smallest of four distances: as most people see the two colors, and as people without one of the three kinds
of cones see them (Machado, Oliveira, Fernandes 2009). Distances are those of Oklab, times 100. Only colors that stand
out from a white and from a dark page take part, and none that is as gray as the points without a color.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Petroff 2021, arXiv:2107.02270.
PETROFF = (
    "#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6", "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd",
)  # fmt: skip
COUNT = 100
SIZES = (10, 26, 50, 100)
GRID = 24
# Backgrounds, and the least contrast with each.
PAGES = {"#ffffff": 1.5, "#0e1117": 2.0}
LEAST_CHROMA = 0.04

Colors = NDArray[np.float64]

# What is left of red, green and blue without one kind of cones, on linear values.
_VISIONS = {
    "most people": np.eye(3),
    "protanopia": np.array([[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]),
    "deuteranopia": np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]),
    "tritanopia": np.array([[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]]),
}
# Linear RGB to cone responses, and the roots of these to Oklab (Ottosson 2020).
_CONES = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
     [0.0883024619, 0.2817188376, 0.6299787005]]
)  # fmt: skip
_LAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
     [0.0259040371, 0.7827717662, -0.8086757660]]
)  # fmt: skip


def linear(colors: Colors) -> Colors:
    """Turn sRGB in 0 … 1 into light, ``[n, 3]``."""
    return np.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)


def parsed(names: tuple[str, ...]) -> Colors:
    """``("#rrggbb", …)`` as light, ``[n, 3]``."""
    return linear(np.array([[int(name[at : at + 2], 16) / 255 for at in (1, 3, 5)] for name in names]))


def seen(light: Colors, vision: str) -> Colors:
    """Oklab coordinates of colors as a kind of ``vision`` sees them, ``[n, 3]``."""
    lab: Colors = np.cbrt(np.clip(light @ _VISIONS[vision].T, 0.0, 1.0) @ _CONES.T) @ _LAB.T
    return 100.0 * lab


def contrast(light: Colors, page: str) -> Colors:
    """WCAG's contrast of colors with a page, ``[n]``."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    own, other = light @ weights, float((parsed((page,)) @ weights)[0])
    return (np.maximum(own, other) + 0.05) / (np.minimum(own, other) + 0.05)


def smallest_distance(names: tuple[str, ...], vision: str) -> float:
    """Distance of the two most similar colors."""
    lab = seen(parsed(names), vision)
    apart = np.linalg.norm(lab[:, None] - lab[None], axis=-1) + np.diag(np.full(len(lab), np.inf))
    return float(apart.min())


def palette(count: int = COUNT) -> tuple[str, ...]:
    """The colors, in order."""
    steps = np.round(np.linspace(0, 255, GRID)).astype(int)
    grid = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3)
    light = linear(grid / 255)
    chroma = np.linalg.norm(seen(light, "most people")[:, 1:], axis=1) / 100
    usable = np.all([contrast(light, page) >= least for page, least in PAGES.items()], axis=0) & (
        chroma >= LEAST_CHROMA
    )
    grid, light = grid[usable], light[usable]
    labs = np.stack([seen(light, vision) for vision in _VISIONS])
    chosen = list(PETROFF)
    nearest = np.full(len(grid), np.inf)
    for name in PETROFF:
        nearest = np.minimum(nearest, _distances(labs, parsed((name,))))
    while len(chosen) < count:
        best = int(nearest.argmax())
        chosen.append("#{:02x}{:02x}{:02x}".format(*grid[best]))
        nearest = np.minimum(nearest, _distances(labs, light[best : best + 1]))
    return tuple(chosen[:count])


def _distances(labs: NDArray[np.float64], one: Colors) -> Colors:
    own = np.stack([seen(one, vision) for vision in _VISIONS])
    apart: Colors = np.linalg.norm(labs - own, axis=-1).min(axis=0)
    return apart


def main() -> int:
    """Print the colors and a table of the distances between the most similar two."""
    names = palette()
    for start in range(0, len(names), 10):
        print(" ".join(f'"{name}",' for name in names[start : start + 10]))
    print("\n| colors | " + " | ".join(_VISIONS) + " | contrast to white | to dark |\n" + "|---" * 7 + "|")
    for size in SIZES:
        few = names[:size]
        apart = [smallest_distance(few, vision) for vision in _VISIONS]
        contrasts = [contrast(parsed(few), page).min() for page in PAGES]
        print(f"| {size} | " + " | ".join(f"{value:.1f}" for value in (*apart, *contrasts)) + " |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
