"""`python -m local run`: the whole application on this machine, until Ctrl-C."""

from __future__ import annotations

import argparse
import errno
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from local.stack.errors import StackError

DEFAULT_PORT = 8300


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=_port, default=DEFAULT_PORT, help="of the API (default %(default)s; 0: any free)"
    )
    parser.add_argument("--env-file", type=Path, help="test-mode keys: their providers are called for real")
    parser.add_argument("--strict", action="store_true", help="DynamoDB Local instead of moto (needs Java 17 and npm)")
    parser.add_argument("--quiet", action="store_true", help="do not print what the functions log")


def main(arguments: Sequence[str]) -> int:
    """Exit code 0 after Ctrl-C, 1 when it could not start, with the reason on standard error."""
    parser = argparse.ArgumentParser(prog="python -m local run", description=__doc__)
    add_arguments(parser)
    options = parser.parse_args(arguments)
    # A shell that starts this in the background has told it to ignore Ctrl-C; whoever sends one means it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    print("Starting the application; this takes a few seconds...", flush=True)
    try:
        # Takes a second or two: something is said before.
        from local.stack.serving import serve  # noqa: PLC0415

        return serve(options)
    except KeyboardInterrupt:
        return 130
    except StackError as error:
        print(error.message, file=sys.stderr)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        print(_no_port(options.port, error), file=sys.stderr)
    return 1


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{port} is no port; ports are 1 to 65535, and 0 takes any that is free")
    return port


def _no_port(port: int, error: OSError) -> str:
    why = "is used by another program" if error.errno == errno.EADDRINUSE else "may not be used by you"
    other = port + 1 if 1024 <= port < 65535 else DEFAULT_PORT
    return f'Port {port} {why}. Choose another: make run ARGS="--port {other}", or --port 0 for any that is free.'
