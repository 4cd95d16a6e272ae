"""`python -m local run`: the whole application on this machine, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from local.stack.errors import StackError
from local.stack.greeting import greeting
from local.stack.logs import LogLine
from local.stack.options import StackOptions
from local.stack.providers import all_sandboxes
from local.stack.stack import Stack, wait_for_interrupt
from local.stack.strict import NOTICE

DEFAULT_PORT = 8300
_METRICS = '{"_aws":'
"""How a line of CloudWatch's embedded metric format starts; nobody reads those on a terminal."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="of the API (default %(default)s; 0: any free)")
    parser.add_argument("--env-file", type=Path, help="test-mode keys: their providers are called for real")
    parser.add_argument("--strict", action="store_true", help="DynamoDB Local instead of moto (needs Java 17 and npm)")
    parser.add_argument("--quiet", action="store_true", help="do not print what the functions log")


def run(arguments: argparse.Namespace) -> int:
    options = StackOptions(
        sandboxes=all_sandboxes(),
        port=arguments.port,
        timers=True,
        echo=None if arguments.quiet else _print,
        env_file=arguments.env_file,
        strict=arguments.strict,
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if options.strict:
        print(NOTICE)
    try:
        with Stack(options) as stack:
            print(greeting(stack), flush=True)
            wait_for_interrupt()
            print("\nStopping.")
    except KeyboardInterrupt:
        return 130
    except StackError as error:
        print(error.message, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Cannot listen on port {arguments.port}: {error.strerror}. Choose another with --port.", file=sys.stderr)
        return 1
    return 0


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local run", description=__doc__)
    add_arguments(parser)
    return run(parser.parse_args(arguments))


def _print(line: LogLine) -> None:
    if not line.text.startswith(_METRICS):
        print(line, flush=True)
