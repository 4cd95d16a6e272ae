"""Who may import whom (docs/architecture.md, The house): the arrows point one way."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAYER = ROOT / "layers" / "commerce" / "commerce"
SHARED = {"platform", "orders"}
DOMAINS = {path.name for path in LAYER.iterdir() if (path / "__init__.py").is_file()}
SDKS = {"stripe", "sendgrid"}


@cache
def imports_of(path: Path) -> tuple[str, ...]:
    """Dotted names of every import in a file, wherever in it they stand."""
    return tuple(_imports_of(path))


def _imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def files(folder: Path) -> list[Path]:
    found = sorted(folder.rglob("*.py"))
    assert found, folder
    return found


def domain_of(name: str) -> str | None:
    parts = name.split(".")
    return parts[1] if parts[0] == "commerce" and len(parts) > 1 else None


@pytest.mark.parametrize("domain", sorted(DOMAINS))
def test_domains_know_themselves_the_order_and_the_platform(domain: str) -> None:
    allowed = {"platform": {"platform"}, "orders": SHARED}.get(domain, SHARED | {domain})
    for path in files(LAYER / domain):
        known = {found for name in imports_of(path) if (found := domain_of(name))}
        assert known <= allowed, f"{path.relative_to(ROOT)} imports {known - allowed}"


def test_the_layer_knows_neither_functions_nor_tools() -> None:
    for path in files(LAYER):
        roots = {name.split(".")[0] for name in imports_of(path)}
        assert not roots & {"functions", "local", "tests", "benchmarks"}, path


@pytest.mark.parametrize("sdk", sorted(SDKS))
def test_a_provider_s_sdk_is_spoken_in_its_gateway_only(sdk: str) -> None:
    for path in files(LAYER):
        if sdk in {name.split(".")[0] for name in imports_of(path)}:
            assert path.parent == LAYER / path.relative_to(LAYER).parts[0] / "gateways" / sdk


@pytest.mark.parametrize("domain", sorted(DOMAINS))
def test_what_a_gateway_translates_from_stays_in_the_gateway(domain: str) -> None:
    for path in files(LAYER / domain):
        inside = path.relative_to(LAYER / domain).parts[:2]
        for name in imports_of(path):
            parts = name.split(".")[2:4]
            if "gateways" not in parts or len(parts) < 2:
                continue
            # A plain module beside the packages is what all gateways share, and nobody else's.
            shared = (LAYER / domain / "gateways" / f"{parts[1]}.py").is_file()
            assert inside[0] == "gateways" if shared else inside == tuple(parts), f"{path.relative_to(ROOT)}: {name}"


def test_local_tools_import_no_function() -> None:
    folders = {path.name for path in (ROOT / "functions").iterdir()}
    handlers = {"api", "webhook", "worker", "poller", "relay", "sweeper"}
    assert "stripe" in folders
    for path in files(ROOT / "local"):
        for name in imports_of(path):
            assert name.split(".")[0] not in handlers | {"functions"}, f"{path} imports {name}"


def test_a_function_imports_from_its_own_folder_or_the_layer() -> None:
    for folder in sorted(path for path in (ROOT / "functions").iterdir() if path.is_dir()):
        for path in folder.glob("*.py"):
            roots = {name.split(".")[0] for name in imports_of(path)}
            assert not roots & {"functions", "local", "tests"}, path
