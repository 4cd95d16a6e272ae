"""`python -m local invoke OrdersFunction events/orders/http.json`: one function, one event, on a fresh local stack."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from local.stack.errors import StackError
from local.stack.options import StackOptions
from local.stack.providers import all_sandboxes
from local.stack.stack import Stack


def main(arguments: Sequence[str]) -> int:
    """Exit code 0; 1 when the function failed; 2 when it could not be called."""
    parser = argparse.ArgumentParser(prog="python -m local invoke", description=__doc__)
    parser.add_argument(
        "calls",
        nargs="+",
        metavar="FUNCTION EVENT",
        help="a function's logical id and a file with its event; several pairs run one after the other",
    )
    calls: list[str] = parser.parse_args(arguments).calls
    if len(calls) % 2:
        parser.error("each function needs an event")
    pairs = list(zip(calls[::2], map(Path, calls[1::2]), strict=True))
    missing = [str(path) for _, path in pairs if not path.is_file()]
    if missing:
        print(f"There is no file {', '.join(missing)}.", file=sys.stderr)
        return 2
    try:
        with Stack(StackOptions(sandboxes=all_sandboxes())) as stack:
            return max(_call(stack, function, path) for function, path in pairs)
    except StackError as error:
        print(error.message, file=sys.stderr)
        return 2


def _call(stack: Stack, function: str, path: Path) -> int:
    stack.forget()
    outcome = stack.invoke(function, json.loads(path.read_text(encoding="utf-8")))
    for line in stack.logs:
        print(line)
    print(json.dumps(json.loads(outcome.payload or b"null"), indent=2, ensure_ascii=False))
    return int(outcome.failed)
