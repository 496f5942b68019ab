"""Renews what is generated in the loss pages, from the registry: ``python -m docs.losses.render``.

The pictures in ``docs/losses/forces/``: every arrow is the negative gradient of the loss at one sample, so it shows
where the loss pushes it. Three classes, two of them mingling; the same points for every loss. And the table of
settings in each page, between its markers.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from softsil.losses.objective import build_objective
from softsil.terms.recipe import parse_objective
from softsil.terms.registry import TERMS

PAGES = Path(__file__).parent
START, END = "<!-- settings:start -->", "<!-- settings:end -->"
# Petroff's first colors for color-blind readers; shapes tell the classes apart too.
COLORS = ("#3f90da", "#bd1f01", "#94a4a2")
SHAPES = (
    '<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{c}"/>',
    '<rect x="{x:.1f}" y="{y:.1f}" width="8" height="8" transform="translate(-4 -4)" fill="{c}"/>',
    '<path d="M {x:.1f} {y:.1f} m 0 -5.5 l 5 9 l -10 0 z" fill="{c}"/>',
)
PIXELS, REACH, LONGEST, SHORTEST = 360, 2.2, 0.7, 0.05
HEAD = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {PIXELS} {PIXELS}" width="{PIXELS}" role="img">'
ARROW = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="5" markerHeight="5" orient="auto">'
    '<path d="M0 0 L8 4 L0 8 z" fill="#555"/></marker></defs>'
)


def points() -> tuple[Tensor, Tensor]:
    """Seven samples of each class: two classes mingle on the right, one sits on the left."""
    generator = torch.Generator().manual_seed(5)
    centers = torch.tensor([[1.1, 0.7], [1.2, -0.4], [-1.1, -0.3]])
    labels = torch.arange(21) % 3
    return centers[labels] + 0.45 * torch.randn(21, 2, generator=generator), labels


def forces(name: str) -> Tensor:
    """Direction of the negative gradient at every sample ``(21, 2)``; arrows grow with the root of its length."""
    torch.manual_seed(0)
    embeddings, labels = points()
    embeddings.requires_grad_()
    objective = build_objective(parse_objective(name), num_classes=3, embedding_dim=2)
    # Logits as a classifier with one direction per class would give them.
    directions = torch.tensor([[0.8, 0.6], [0.9, -0.4], [-1.0, 0.0]])
    total = objective(embeddings, labels, logits=2 * embeddings @ directions.T).total
    (gradient,) = torch.autograd.grad(total, embeddings)
    lengths = gradient.norm(dim=1, keepdim=True)
    shown = LONGEST * (lengths / lengths.max().clamp(min=1e-12)).sqrt()
    arrows: Tensor = -gradient / lengths.clamp(min=1e-12) * shown.masked_fill(shown < SHORTEST, 0.0)
    return arrows


def draw(name: str) -> str:
    """The picture of one loss, as SVG."""
    embeddings, labels = points()
    body = [HEAD, f"<title>Forces of {TERMS.get(name).title}</title>", ARROW]
    body.append(f'<rect width="{PIXELS}" height="{PIXELS}" fill="white"/>')
    starts, ends = _pixels(embeddings), _pixels(embeddings + forces(name))
    for (x, y), (to_x, to_y) in zip(starts, ends, strict=True):
        if (x, y) == (to_x, to_y):
            continue
        line = f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}"'
        body.append(f'{line} stroke="#555" stroke-width="1.4" marker-end="url(#tip)"/>')
    for (x, y), label in zip(starts, labels.tolist(), strict=True):
        body.append(SHAPES[label].format(x=x, y=y, c=COLORS[label]))
    x, y = _pixels(torch.zeros(1, 2))[0]
    body.append(f'<path d="M {x - 5:.1f} {y:.1f} h 10 m -5 -5 v 10" stroke="#999" stroke-width="1"/>')
    return "\n".join([*body, "</svg>\n"])


def _pixels(positions: Tensor) -> list[tuple[float, float]]:
    scaled = (positions / REACH + 1) * PIXELS / 2
    return [(x, PIXELS - y) for x, y in scaled.tolist()]


def settings_table(name: str) -> str:
    """The settings of one term as Markdown."""
    lines = ["| setting | default | meaning |", "| --- | --- | --- |"]
    for field, info in TERMS.get(name).config.model_fields.items():
        lines.append(f"| `{field}` | `{info.default!r}` | {info.description} |")
    return "\n".join(lines)


def with_settings(page: str, name: str) -> str:
    """The page with its table of settings renewed."""
    before, rest = page.split(START, 1)
    return f"{before}{START}\n{settings_table(name)}\n{END}{rest.split(END, 1)[1]}"


if __name__ == "__main__":
    for term in TERMS:
        (PAGES / "forces" / f"{term.name}.svg").write_text(draw(term.name))
        path = PAGES / f"{term.name}.md"
        path.write_text(with_settings(path.read_text(), term.name))
