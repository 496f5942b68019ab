"""Writes the reference of the library from its docstrings: ``python -m docs.library``.

A test compares ``docs/library.md`` with what this makes, so the page says what the code says.
"""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path
from types import FunctionType
from typing import Any

PAGE = Path(__file__).with_suffix(".md")
HEAD = """# Library reference

What `pip install .` gives you, written from the docstrings by `python -m docs.library`. How the losses behave, with
pictures and costs: [losses](losses/README.md). How exact silhouettes are computed:
[method and speed](losses/exact_silhouettes.md). What the metrics are compared with: [metrics](metrics.md).
"""
PARTS = {
    "Losses": {
        "softsil": ("SoftSilhouetteLoss",),
        "softsil.losses.class_memory": ("ClassMemory",),
        "softsil.losses.silhouette_distance": ("SilhouetteDistanceLoss",),
        "softsil.losses.center": ("CenterLoss",),
    },
    "Sums of losses": {
        "softsil": ("Objective",),
        "softsil.losses.objective": ("Term", "ObjectiveOutput"),
        "softsil.losses.schedule": ("Schedule", "constant"),
    },
    "Metrics": {
        "softsil.metrics": (
            "silhouette_samples",
            "silhouette_score",
            "class_silhouettes",
            "ClassSilhouettes",
            "knn_accuracy",
            "recall_at_k",
            "map_at_r",
            "class_spread",
            "Spread",
            "alignment",
            "uniformity",
            "neural_collapse",
            "NeuralCollapse",
            "effective_rank",
            "calinski_harabasz",
            "davies_bouldin",
        )
    },
    "Recording and reading runs": {"softsil": ("Recorder", "RunReader")},
}


def page() -> str:
    """The whole page."""
    lines = [HEAD]
    for title, modules in PARTS.items():
        lines.append(f"## {title}\n")
        for module, names in modules.items():
            lines += [entry(module, name) for name in names]
    return "\n".join(lines)


def entry(module: str, name: str) -> str:
    """Heading, import, call and docstring of one public name, and those of its public methods."""
    thing = getattr(importlib.import_module(module), name)
    parts = [f"### {name}\n", f"    from {module} import {name}\n", described(name, thing)]
    if inspect.isclass(thing):
        parts += [described(f"{name}.{key}", method) for key, method in methods(thing)]
    return "\n".join(parts)


def methods(thing: type) -> list[tuple[str, Any]]:
    """Public methods and properties that the class itself defines, without what only ``print`` calls."""
    kinds = (FunctionType, classmethod, property)
    own = [(name, value) for name, value in vars(thing).items() if isinstance(value, kinds)]
    return [(name, value) for name, value in own if not name.startswith("_") and name != "extra_repr" and _doc(value)]


def described(name: str, thing: Any) -> str:
    """The call as code, the docstring below."""
    call = name if isinstance(thing, property) else f"{name}{_signature(thing)}"
    text = "\n".join(f"    {line}".rstrip() for line in _doc(thing).splitlines())
    return f"`{call}`\n\n{text}\n"


def _doc(thing: Any) -> str:
    return inspect.getdoc(thing) or ""


def _signature(thing: Any) -> str:
    signature = inspect.signature(getattr(thing, "__func__", thing))
    kept = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for name, parameter in signature.parameters.items()
        if name not in ("self", "cls")
    ]
    return str(signature.replace(parameters=kept, return_annotation=inspect.Signature.empty))


if __name__ == "__main__":
    PAGE.write_text(page())
