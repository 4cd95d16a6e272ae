"""`python -m local demo`: plays a day in the store on this machine; exit code 0 when all was as it should be."""

from __future__ import annotations

import argparse
import io
import signal
import sys
import time
from collections.abc import Sequence

from local.demo.telling import Teller


def main(arguments: Sequence[str]) -> int:
    began = time.monotonic()
    parser = argparse.ArgumentParser(prog="python -m local demo", description=__doc__)
    parser.add_argument("--verbose", action="store_true", help="print what the functions log")
    verbose: bool = parser.parse_args(arguments).verbose
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    # A shell that starts this in the background has told it to ignore Ctrl-C; whoever sends one means it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    teller = Teller(sys.stdout)
    try:
        teller.heading("A day in the store")
        teller.plain("template.yaml runs on this machine, every provider is a sandbox: no real money moves.")
        teller.plain()
        with teller.waiting("Loading"):
            # Takes a second or two: something is said before.
            from local.demo.performance import perform  # noqa: PLC0415
        return perform(teller, began, verbose=verbose)
    except KeyboardInterrupt:
        teller.plain("\nStopped.")
        return 130
