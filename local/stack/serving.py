"""What `make run` does once its options are read: the stack with everything plugged in, until somebody stops it."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from local.stack.env_file import read_env_file
from local.stack.greeting import greeting
from local.stack.logs import LogLine
from local.stack.options import StackOptions
from local.stack.providers import all_sandboxes
from local.stack.stack import Stack, wait_for_interrupt
from local.stack.strict import NOTICE

_METRICS = '{"_aws":'
"""How a line of CloudWatch's embedded metric format starts; nobody reads those on a terminal."""


def serve(arguments: Namespace) -> int:
    """Raises StackError when the stack cannot start, OSError when the port cannot be had."""
    options = StackOptions(
        sandboxes=all_sandboxes(),
        parameters=parameters_of(arguments.env_file),
        port=arguments.port,
        timers=True,
        echo=None if arguments.quiet else _print,
        env_file=arguments.env_file,
        strict=arguments.strict,
    )
    if options.strict:
        print(NOTICE)
    with Stack(options) as stack:
        print(greeting(stack), flush=True)
        wait_for_interrupt()
        print("\nStopping.", flush=True)
    return 0


def parameters_of(env_file: Path | None) -> dict[str, str]:
    """Of the template: saved addresses are looked up on the map where that is free, which is at the sandbox."""
    real = read_env_file(env_file).names if env_file else frozenset()
    return {} if "google" in real else {"GeocodeAddresses": "true"}


def _print(line: LogLine) -> None:
    if not line.text.startswith(_METRICS):
        print(line, flush=True)
