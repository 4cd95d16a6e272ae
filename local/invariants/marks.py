"""Which tests carry which id, out of their source: `@pytest.mark.invariant("PAY-01")` on a function, class or case.

Read and not collected, so that it takes no time and needs nothing to run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from local.build.artifacts import ROOT

TESTS = ROOT / "tests"


def read_marks(folder: Path = TESTS) -> dict[str, tuple[str, ...]]:
    """Test -> ids; a test is `tests/unit/test_x.py::test_y`, as pytest names it without its parameters."""
    found: dict[str, tuple[str, ...]] = {}
    for file in sorted(folder.rglob("test_*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        name = file.relative_to(folder.parent).as_posix()
        found |= {test: ids for test, ids in _tests(tree, name, _of_module(tree)) if ids}
    return found


def by_id(marks: dict[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Id -> its tests."""
    found: dict[str, list[str]] = {}
    for test, ids in marks.items():
        for one in ids:
            found.setdefault(one, []).append(test)
    return found


def _tests(
    parent: ast.Module | ast.ClassDef, name: str, inherited: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for node in parent.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
            yield f"{name}::{node.name}", _unique(inherited, *map(_ids, node.decorator_list))
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from _tests(node, f"{name}::{node.name}", _unique(inherited, *map(_ids, node.decorator_list)))


def _of_module(tree: ast.Module) -> tuple[str, ...]:
    """`pytestmark = pytest.mark.invariant(…)` marks every test of the module."""
    return _unique(
        *(
            _ids(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets)
        )
    )


def _ids(node: ast.AST) -> tuple[str, ...]:
    """The ids of every `….invariant("…")` inside a node: a decorator, or the marks of one of its cases."""
    return tuple(
        argument.value
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "invariant"
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    )


def _unique(*groups: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for group in groups for one in group))
