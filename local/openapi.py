"""`python -m local openapi`: the API's description, out of the functions' own code.

    contracts/openapi.json          what clients read, and /docs of the local stack shows
    functions/health/routes.json    which methods each path has: the answer to a wrong one names them

Both are committed, so that a change of the API is seen in review; `--check` fails when they are out of date.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.build.artifacts import ROOT
from local.build.blueprint import read_blueprint
from local.handlers import import_handler
from local.template_api import template_api

if TYPE_CHECKING:
    from commerce.platform.api.resolver import CommerceApi

DESCRIPTION = ROOT / "contracts" / "openapi.json"
ROUTES = ROOT / "functions" / "health" / "routes.json"

TITLE = "Commerce integrations"
ABOUT = (
    "Orders, payments, saved payment methods, places and distances. Amounts are whole minor units of their currency: "
    "12990 is R$ 129.90, 500 is ¥500. Every POST needs an Idempotency-Key. An error is always "
    '{"error": {"code", "message", "details", "retryable", "request_id"}}; what API Gateway refuses before it reaches '
    'the application, for want of a token or a scope, is {"message"}.'
)


def describe() -> dict[str, Any]:
    """The OpenAPI document of all functions that the template gives a route."""
    from commerce.platform.api.export import export  # noqa: PLC0415 - the layer is on the path only once this runs

    version: str = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return export(_apps(), title=TITLE, version=version, description=ABOUT)


def routes_of(description: Mapping[str, Any]) -> dict[str, list[str]]:
    """Path -> its methods."""
    return {path: sorted(map(str.upper, operations)) for path, operations in description["paths"].items()}


def exported() -> dict[Path, str]:
    """Each file with what belongs into it."""
    description = describe()
    return {
        DESCRIPTION: json.dumps(description, indent=2, ensure_ascii=False) + "\n",
        ROUTES: _line_each(routes_of(description)),
    }


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local openapi", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a file is out of date")
    check: bool = parser.parse_args(arguments).check
    stale = {path: text for path, text in exported().items() if not _holds(path, text)}
    names = ", ".join(str(path.relative_to(ROOT)) for path in stale)
    if stale and check:
        print(f"Out of date: {names}. Run `make openapi` and commit what it writes.", file=sys.stderr)
        return 1
    for path, text in stale.items():
        path.write_text(text, encoding="utf-8")
    print(f"Written: {names}." if stale else "The description is up to date.")
    return 0


def _apps() -> Iterator[CommerceApi]:
    routed = {route.function for route in template_api().routes}
    for function in read_blueprint().functions:
        if function.logical_id in routed:
            yield import_handler(function).app


def _line_each(routes: Mapping[str, object]) -> str:
    lines = [f"  {json.dumps(path)}: {json.dumps(methods)}" for path, methods in routes.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text
