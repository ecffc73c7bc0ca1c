"""What keeps the code small: limits on the size of modules, classes and functions, and a paragraph at each start."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted(path for part in ("nlcore", "app", "assets") for path in (ROOT / part).rglob("*.py"))
MODULE_LINES, CLASS_METHODS, FUNCTION_LINES = 400, 25, 60
SHORTER = {"app/main_window.py": 300}
LONGER_FUNCTIONS = {"run_loop", "_make_run"}
"""The compiled loop is one function so that one compilation serves all."""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_sizes(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= SHORTER.get(name_of(path), MODULE_LINES)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            methods = [item for item in node.body if isinstance(item, ast.FunctionDef)]
            assert len(methods) <= CLASS_METHODS, node.name
        if isinstance(node, ast.FunctionDef) and node.name not in LONGER_FUNCTIONS:
            assert (node.end_lineno or 0) - node.lineno + 1 <= FUNCTION_LINES, node.name


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_what_it_is(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text("utf-8")))
    assert said
    assert said.split("\n")[0].endswith((".", ":", "``."))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_forbidden_imports(path: Path) -> None:
    name, found = name_of(path), {module.split(".")[0] for module in imports(path)}
    if name.startswith("nlcore/"):
        assert not found & {"PySide6", "pyqtgraph", "app", "scipy", "sklearn"}
    if not name.startswith("nlcore/kernels/compiled/"):
        assert "numba" not in found
    assert not found & {"pickle", "shelve", "marshal", "matplotlib"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_is_evaluated(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("eval", "exec", "compile")
