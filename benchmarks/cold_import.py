"""Cold import of every built handler against its floor, with and without the bytecode that is shipped."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import floors
from benchmarks.builds import HOME, Builds
from benchmarks.nobody import NOBODY
from benchmarks.report import Row, Section, Table, Verdict, at_most, ms
from local.build.blueprint import FunctionBlueprint
from local.build.host import RUNTIME

TITLE = "Cold import"
METHOD = (
    "Each import in a fresh interpreter (`python -S -P -B`, PYTHONDONTWRITEBYTECODE: as on Lambda nothing is "
    "written), with the built function, the built layer and boto3 on its path and nothing else. The floor is an "
    "empty handler with Powertools' Logger and, where the handler uses them, the resolver with validation, the "
    "batch processor and the same boto3 clients, out of the same build. CPU time, medians of interleaved rounds; "
    "on an idle machine wall time is the same. Without bytecode: the same files less every `.pyc` in layer and "
    "function; boto3 keeps its own, as it comes with the runtime."
)
WEBHOOK_LIMIT = 1.3
LIMITS = {"StripeApiFunction": 1.6, "PaypalApiFunction": 1.35, "PixApiFunction": 1.35}
"""How many times its floor a handler's import may cost; webhook functions share one limit."""

_PROBE = Path(__file__).with_name("cold_probe.py")
_LAMBDA = {**NOBODY, "PYTHONDONTWRITEBYTECODE": "1"}


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds that an import took."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Subject:
    """Something to import: a module, the folders where it and its packages are, and its environment."""

    module: str
    folders: tuple[Path, ...]
    environment: tuple[tuple[str, str], ...] = ()

    def run(self, what: str) -> str:
        path = os.pathsep.join(map(str, (*self.folders, RUNTIME)))
        environment = {**_LAMBDA, **dict(self.environment), "PATH": os.environ.get("PATH", ""), "PYTHONPATH": path}
        command = [sys.executable, "-S", "-P", "-B", str(_PROBE), what, self.module]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()[-1]

    def time(self) -> Timed:
        wall, cpu = map(int, self.run("time").split())
        return Timed(wall / 1e9, cpu / 1e9)


@dataclass(frozen=True, slots=True)
class Case:
    """A handler with its floor; the second of each pair comes without bytecode."""

    logical_id: str
    uses: frozenset[str]
    handler: tuple[Subject, Subject]
    floor: tuple[Subject, Subject]


type Medians = Mapping[Subject, Timed]


def run(builds: Builds, *, quick: bool, tell: Callable[[str], None]) -> Section:
    only = "Stripe" if quick else ""
    cases = [_case(builds, function) for function in builds.blueprint.functions if only in function.logical_id]
    tell(f"{len(cases)} handlers and their floors, with bytecode")
    medians = _medians([side for c in cases for side in (c.handler[0], c.floor[0])], rounds=3 if quick else 7)
    tell("the same without bytecode")
    medians |= _medians([side for c in cases for side in (c.handler[1], c.floor[1])], rounds=1 if quick else 3)
    return Section(TITLE, METHOD, [_table(cases, medians)], _verdicts(cases, medians))


def _case(builds: Builds, function: FunctionBlueprint) -> Case:
    module = function.handler.rpartition(".")[0]
    environment = tuple(sorted(function.environment.items()))
    both = (builds.shipped, builds.plain)
    shipped, plain = (Subject(module, (b.functions[function.logical_id], b.packages), environment) for b in both)
    uses = frozenset(shipped.run("uses").split())
    folders = [floors.write(HOME / name, uses, bytecode=name == "floors") for name in ("floors", "floors-plain")]
    with_bytecode, without = (Subject(floors.MODULE, (f, b.packages)) for f, b in zip(folders, both, strict=True))
    return Case(function.logical_id, uses, (shipped, plain), (with_bytecode, without))


def _medians(subjects: Iterable[Subject], rounds: int) -> dict[Subject, Timed]:
    """Everything once in every round, there and back again, so that a busy minute falls on all of them alike."""
    order = list(dict.fromkeys(subjects))
    times: dict[Subject, list[Timed]] = {subject: [] for subject in order}
    for _ in range(rounds):
        for subject in order:
            times[subject].append(subject.time())
        order.reverse()
    return {
        subject: Timed(statistics.median(t.wall for t in taken), statistics.median(t.cpu for t in taken))
        for subject, taken in times.items()
    }


def _table(cases: Sequence[Case], medians: Medians) -> Table:
    rows: list[Row] = [("Handler", "ms", "floor ms", "ratio", "ms without bytecode", "floor ms", "ratio", "Floor")]
    for case in cases:
        numbers: list[str] = []
        for handler, floor in zip(case.handler, case.floor, strict=True):
            taken, least = medians[handler], medians[floor]
            numbers += [ms(taken.cpu, 0), ms(least.cpu, 0), f"{taken.cpu / least.cpu:.2f}"]
        rows.append((case.logical_id, *numbers, floors.described(case.uses)))
    return Table(rows)


def _verdicts(cases: Sequence[Case], medians: Medians) -> list[Verdict]:
    verdicts: list[Verdict] = []
    for case in cases:
        ratio = medians[case.handler[0]].cpu / medians[case.floor[0]].cpu
        limit = WEBHOOK_LIMIT if "Webhook" in case.logical_id else LIMITS.get(case.logical_id)
        if limit is not None:
            verdicts.append(at_most(f"import of {case.logical_id} to its floor", ratio, limit, "x", digits=2))
    return verdicts
