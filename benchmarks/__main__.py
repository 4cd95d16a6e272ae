"""`make bench`: measures, prints what was found, and writes benchmarks/results.md.

python -m benchmarks                     everything, in about six minutes on an idle machine
python -m benchmarks --quick             fewer rounds, Stripe only, no zips, in under two minutes; writes nothing
python -m benchmarks --only cpu poll     some parts; writes nothing
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.nobody import NOBODY

if TYPE_CHECKING:
    from benchmarks.report import Section

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results.md"
PARTS = ("cold", "zips", "calls", "cpu", "time", "tokens", "addresses", "places", "poll")
QUICK_PARTS = tuple(part for part in PARTS if part != "zips")


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 whatever was found: targets that are not met are for people to read, and depend on the machine."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure what the application costs.")
    parser.add_argument(
        "--quick", action="store_true", help="fewer rounds, only Stripe's functions, no zips, no results written"
    )
    parser.add_argument("--only", nargs="+", choices=PARTS, help="only these parts; writes no results")
    options = parser.parse_args(arguments)
    parts = options.only or (QUICK_PARTS if options.quick else PARTS)
    out = sys.stdout
    began = time.monotonic()

    def tell(what: str) -> None:
        print(f"[{time.monotonic() - began:4.0f} s] {what}...", file=out, flush=True)

    def show(section: Section) -> None:
        print(f"\n{section}\n", file=out, flush=True)

    machine = _machine()
    print(machine, file=out, flush=True)
    found = _measure(parts, quick=options.quick, tell=tell, show=show)
    summary = _summary(found)
    print(f"{summary}\n", file=out)
    if not options.quick and options.only is None:
        RESULTS.write_text("\n\n".join([_HEAD, machine, summary, *map(str, found)]) + "\n", encoding="utf-8")
        print(f"Written to {RESULTS.relative_to(ROOT)}, in {time.monotonic() - began:.0f} s.", file=out)
    return 0


def _measure(
    parts: Sequence[str], *, quick: bool, tell: Callable[[str], None], show: Callable[[Section], None]
) -> list[Section]:
    os.environ.update(NOBODY)
    sys.path.insert(0, str(ROOT / "layers" / "commerce"))
    found: list[Section] = []
    # The handlers' log lines and metrics go to standard output, and their loggers take it when they are imported.
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        suite = importlib.import_module("benchmarks.suite")
        for section in suite.sections(parts, quick=quick, tell=tell):
            show(section)
            found.append(section)
    return found


def _machine() -> str:
    load = os.getloadavg()[0]
    cores = os.cpu_count() or 1
    busy = "" if load < cores / 2 else ". Others are using this machine: times come out too high, ratios less so"
    return (
        f"Machine: {cores} cores ({platform.machine()}), {platform.system()}, {platform.python_implementation()} "
        f"{platform.python_version()}, load {load:.1f} before the first measurement{busy}."
    )


def _summary(found: Sequence[Section]) -> str:
    verdicts = [str(verdict) for section in found for verdict in section.verdicts]
    return "\n".join(["## Targets", "", *verdicts])


_HEAD = """# Benchmark results

Written by `make bench`. Times are of the machine named below and tell little by themselves; compare the ratios."""

if __name__ == "__main__":
    sys.exit(main())
