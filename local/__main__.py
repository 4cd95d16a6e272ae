"""`python -m local <command>`: what the Makefile's targets run."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

COMMANDS = {
    "run": ("local.stack.command", "start the local stack and print its URLs, a token for each role, and curl lines"),
    "demo": ("local.demo.command", "play a day in the store through the public API and say what happened"),
    "invoke": ("local.invoke", "run one function with a sample event and show what it answers and logs"),
    "build": ("local.build.command", "build layer and functions, with bytecode, and show the zip sizes"),
    "transform": ("local.build.transformed", "write the template as AWS will transform it, for cfn-lint"),
    "openapi": ("local.openapi", "export the API's description to contracts/openapi.json"),
    "invariants": ("local.invariants.command", "show which tests prove which invariant, and how they fared"),
    "redrive": ("local.redrive.command", "move dead letters back to their queue"),
    "pix-webhook": ("local.pix_webhook.command", "tell the bank where to send its Pix webhooks, or show where it does"),
    "cep-load": ("local.cep_load.command", "load a data set of CEPs into the table that look-ups read first"),
    "holidays": ("local.bank_holidays", "write the bank holidays that the layer carries, from python-holidays"),
    "diagrams": ("local.diagrams.command", "draw the payment's states from the code into docs/architecture.md"),
}


def main(arguments: list[str]) -> int:
    name, *rest = arguments or ["help"]
    if name not in COMMANDS:
        print("Usage: python -m local <command> [options]\n")
        print("\n".join(f"  {command:<11} {meaning}" for command, (_, meaning) in COMMANDS.items()))
        return 0 if name in ("help", "-h", "--help") else 2
    sys.path.insert(0, str(ROOT / "layers" / "commerce"))
    exit_code: int = importlib.import_module(COMMANDS[name][0]).main(rest)
    return exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
