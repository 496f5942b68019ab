"""Imports point downwards: pages → ui → trainers → softsil; what computes never meets what draws."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# A room may import itself and the rooms below it.
BELOW = {
    "softsil": set(),
    "trainers": {"softsil"},
    "ui": {"trainers", "softsil"},
    "pages": {"ui", "trainers", "softsil"},
}
ROOMS = {*BELOW, "app", "benchmarks", "examples", "tests"}
HEAVY = {"torch", "torchvision", "umap", "numba", "sklearn", "scipy", "pynndescent", "pytorch_metric_learning"}


def sources(*rooms: str) -> list[Path]:
    return sorted(path for room in rooms for path in (ROOT / room).rglob("*.py"))


def imported(tree: ast.AST) -> set[str]:
    """Dotted names of all modules imported anywhere below ``tree``, in functions too."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in line {node.lineno}"
            names.add(node.module or "")
    return names


def imports_of(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(ast.parse(path.read_text(encoding="utf-8")))}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_parser_finds_imports_inside_functions():
    tree = ast.parse("import a.b\ndef f():\n    from c.d import e\n    import g as h")
    assert imported(tree) == {"a.b", "c.d", "g"}


@pytest.mark.parametrize("path", sources(*BELOW), ids=relative)
def test_a_room_imports_only_rooms_below_it(path):
    room = path.relative_to(ROOT).parts[0]
    assert imports_of(path) & ROOMS <= {room, *BELOW[room]}


def test_only_the_front_end_imports_streamlit():
    assert [relative(path) for path in sources("softsil", "trainers") if "streamlit" in imports_of(path)] == []


def test_pages_and_panels_import_nothing_heavy_anywhere():
    assert [relative(path) for path in sources("pages", "ui") if imports_of(path) & HEAVY] == []


def test_losses_and_metrics_are_pure_computation():
    others = {"softsil.runs", "softsil.terms", "softsil.projection"}
    guilty = [
        relative(path)
        for path in sources("softsil/losses", "softsil/metrics")
        if any(name.startswith(tuple(others)) for name in _module_level(path))
    ]
    assert guilty == []


def test_page_files_lie_one_folder_deep():
    # Streamlit runs files directly in pages/ without app.py.
    assert [relative(path) for path in (ROOT / "pages").glob("*.py")] == []


def _module_level(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    blocks = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    return imported(ast.Module(body=blocks, type_ignores=[]))
