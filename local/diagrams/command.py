"""`python -m local diagrams`: draws the payment's states from the code into docs/architecture.md.

With --check it writes nothing and fails when the page is out of date.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from local.diagrams import payment_states
from local.diagrams.marked import with_part

PAGE = Path(__file__).resolve().parents[2] / "docs" / "architecture.md"
PART = "payment-states"


def content() -> str:
    return f"```mermaid\n{payment_states.drawing()}\n```\n\n{payment_states.table()}"


def main(arguments: Sequence[str]) -> int:
    """Exit code 0, or 1 when --check finds another drawing on the page than the code gives."""
    parser = argparse.ArgumentParser(prog="python -m local diagrams", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare")
    options = parser.parse_args(arguments)
    before = PAGE.read_text(encoding="utf-8")
    after = with_part(before, PART, content())
    if options.check:
        if before == after:
            return 0
        print(f"{PAGE} is out of date: run `python -m local diagrams`.", file=sys.stderr)
        return 1
    PAGE.write_text(after, encoding="utf-8")
    print(f"{PAGE}: drawn.")
    return 0
