"""What the pages name exists: files, headings, make targets, routes, events."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from local.template_api import template_api
from tests.unit.pages import PAGES, ROOT, anchors, links, read, spans

LAYER = ROOT / "layers" / "commerce" / "commerce"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
_FOLDERS = "functions|layers|local|tests|docs|contracts|events|benchmarks|orders|payments|messaging|platform"
_PATH = re.compile(rf"(?<![\w/.<>-])(?:{_FOLDERS})/[\w./-]*\w(?:\.\w+|/)(?![\w<])")
_FILE = re.compile(r"[\w-]+\.(?:py|yaml|toml|json|md|sh|in|lock|txt)")


def by_name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def exists(name: str) -> bool:
    """A path from the root, or from the layer's package, as the pages shorten it."""
    return (ROOT / name).exists() or (LAYER / name).exists()


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for file, anchor in links(page):
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), f"{by_name(page)} links to {file}, which is not there"
        if anchor:
            assert anchor in anchors(target), f"{by_name(page)} links to {file}#{anchor}: there is no such heading"


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    named = set(_PATH.findall(read(page))) | {span for span in spans(page) if re.fullmatch(r"[a-z]+/", span)}
    missing = sorted(name for name in named if not exists(name))
    assert not missing, f"{by_name(page)} names what is not there: {missing}"


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_every_file_that_a_page_calls_by_its_bare_name_is_somewhere(page: Path) -> None:
    known = {path.name for folder in ("layers", "functions", "local", "docs") for path in (ROOT / folder).rglob("*")}
    known |= {path.name for path in ROOT.iterdir()} | {path.name for path in (ROOT / "contracts").rglob("*")}
    for span in spans(page):
        if _FILE.fullmatch(span):
            assert span in known, f"{by_name(page)} names {span}"


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_every_make_target_that_a_page_names_is_there(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", read(ROOT / "Makefile"), re.MULTILINE))
    commands = [span for span in spans(page) if span.startswith("make ")]
    commands += re.findall(r"(?:^|&& )(make [a-z-]+)", read(page), re.MULTILINE)
    named = {re.split(r"[ ,]", command)[1] for command in commands}
    assert named <= targets, f"{by_name(page)}: {named - targets}"


def test_the_pages_of_architecture_show_every_route_of_the_template() -> None:
    text = read(ARCHITECTURE)
    routes = {route.path for route in template_api().routes} - {"$default", "/{proxy+}"}
    assert len(routes) > 10
    for path in routes:
        # `POST /payments/{payment_id}/captures`, `/refunds`: the beginning may stand once.
        assert path in text or f"`/{path.rsplit('/', 1)[1]}`" in text, f"{path} is not in architecture.md"


def test_the_page_of_architecture_lists_every_event_of_the_contracts() -> None:
    types: set[str] = set()
    for schema in (ROOT / "contracts" / "events").glob("*.json"):
        types |= set(json.loads(read(schema))["properties"]["type"]["enum"])
    listed = {
        span for span in spans(ARCHITECTURE) if re.fullmatch(r"(order|payment|payment_method|address)\.[a-z_]+", span)
    }
    assert listed - {"payment.created"} <= types
    assert types <= listed


def test_every_state_of_a_payment_is_explained() -> None:
    from commerce.payments.status import PaymentStatus  # noqa: PLC0415

    rows = [line.split("|")[1] for line in read(ARCHITECTURE).splitlines() if line.startswith("| `")]
    explained = {name for cell in rows for name in re.findall(r"`(\w+)`", cell)}
    assert set(PaymentStatus) <= explained
