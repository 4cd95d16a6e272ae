"""What a CEP costs: kept, cold, with the first source silent, and with a crowd asking at once; beside brazilcep."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import brazilcep
import requests
from brazilcep import viacep as brazilcep_viacep
from requests.adapters import HTTPAdapter

from benchmarks import events
from benchmarks.functions import Handler, load
from benchmarks.report import Row, Section, Table, Verdict, at_most, ms
from commerce.addresses.directory import CepDirectory, cache_key
from commerce.addresses.gateways.brasilapi import client as brasilapi
from commerce.addresses.gateways.opencep import client as opencep
from commerce.addresses.gateways.viacep import client as viacep
from commerce.addresses.sources import GuardedSource
from commerce.platform import aws
from commerce.platform.breaker import ProviderBreaker
from commerce.platform.cache import TableCache
from commerce.platform.clock import SystemClock
from commerce.platform.deadline import Deadline
from commerce.platform.http import ProviderHttp, ProviderSession, provider_session
from local.build.blueprint import Blueprint
from local.sandboxes.brasilapi.sandbox import BrasilApiSandbox
from local.sandboxes.counted import CountingSandbox
from local.sandboxes.kernel.faults import Fault, FaultKind
from local.sandboxes.kernel.server import Server, serve
from local.sandboxes.opencep.sandbox import OpenCepSandbox
from local.sandboxes.viacep.sandbox import ViaCepSandbox
from tests.tables import tables

TITLE = "CEPs"
METHOD = (
    "The handler of ViacepFunction on moto, and brazilcep {version} (web service ViaCEP), in front of the same three "
    "sandboxes, over HTTP on this machine. Added time is wall time less the time from each finished request to AWS or a"
    " source to its answer: what a caller waits for beyond the networks and what is behind them. Medians; with a silent"
    " ViaCEP the longest of {rounds}. The circuit breaker's state, one read in five seconds, is not among the AWS calls"
    " of a cold CEP. A crowd: {crowd} threads ask one directory for one cold CEP at once, as in one container. "
    "brazilcep keeps nothing, opens a connection for each call, and asks one source only: with a silent one it gave up"
    " after {patience:g} s (its default is 5)."
)
FUNCTION = "ViacepFunction"
CEP = "01310100"
KEPT, COLD, ALONE = "CEP, kept", "CEP, cold", "ViaCEP's client alone"
SILENT, CROWD = "CEP, ViaCEP silent", "CEP, cold, a crowd of 100"
CROWD_SIZE = 100
SILENT_ROUNDS = 3
PATIENCE = 2

_GATEWAYS = (viacep, opencep, brasilapi)


@dataclass(slots=True)
class Trips:
    """Calls to AWS and to the sources since the last `reset`, and the seconds until their answers."""

    aws: list[str] = field(default_factory=list)
    sources: int = 0
    seconds: float = 0.0

    def reset(self) -> None:
        self.aws.clear()
        self.sources, self.seconds = 0, 0.0


@dataclass(frozen=True, slots=True)
class Taken:
    """One operation: calls, and the seconds that it took, in all and added."""

    aws: int
    sources: int
    wall: float
    added: float | None = None


class _TimedAdapter(HTTPAdapter):
    def __init__(self, trips: Trips) -> None:
        super().__init__(pool_maxsize=10)
        self._trips = trips

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        began = time.perf_counter()
        self._trips.sources += 1
        try:
            return super().send(*args, **kwargs)
        finally:
            self._trips.seconds += time.perf_counter() - began


@dataclass(frozen=True, slots=True)
class _Stage:
    handler: Handler
    directory: CepDirectory
    sandboxes: Sequence[CountingSandbox]
    forget: Callable[[], None]
    alone: viacep.ViaCep
    trips: Trips

    def look_up(self) -> None:
        event = events.http_api("GET", "/addresses/cep/{cep}", None, sub="user-1", scope="buyer", cep=CEP)
        answer = self.handler(event)
        if answer["statusCode"] != 200:
            raise RuntimeError(f"The look-up answered {answer}.")


def run(blueprint: Blueprint, *, quick: bool) -> Section:
    rounds = 40 if quick else 200
    with _stage(blueprint) as stage:
        mine = {
            KEPT: _measure(stage, rounds, stage.look_up),
            COLD: _measure(stage, rounds, stage.look_up, before=stage.forget),
            ALONE: _measure(stage, rounds, lambda: stage.alone.find(CEP, Deadline.after(1.5))),
            CROWD: _crowd(stage.sandboxes, stage.forget, lambda: stage.directory.find(CEP)),
        }
        other = {
            ALONE: _theirs(stage, rounds),
            CROWD: _crowd(stage.sandboxes, stage.forget, lambda: brazilcep.get_address_from_cep(CEP, _VIACEP)),
        }
        # Last, because its failures open the circuit.
        stage.sandboxes[0].faults.add(Fault(FaultKind.HANG, times=1000))
        mine[SILENT] = _silent(stage)
        other[SILENT] = _theirs_silent()
    rows: list[Row] = [
        ("Operation", "AWS calls", "calls to sources", "added ms", "wall ms", "brazilcep: calls", "wall ms")
    ]
    rows += [_row(name, mine[name], other.get(name)) for name in (KEPT, COLD, ALONE, SILENT, CROWD)]
    method = METHOD.format(
        version=brazilcep.__version__, rounds=SILENT_ROUNDS, crowd=CROWD_SIZE, patience=float(PATIENCE)
    )
    return Section(TITLE, method, [Table(rows)], _verdicts(mine))


_VIACEP = brazilcep.WebService.VIACEP


@contextmanager
def _stage(blueprint: Blueprint) -> Iterator[_Stage]:
    trips = Trips()
    build: Any = aws.client
    with ExitStack() as closing:
        store = closing.enter_context(tables())
        sandboxes: list[CountingSandbox] = [ViaCepSandbox(), OpenCepSandbox(), BrasilApiSandbox()]
        servers: list[Server] = [serve(sandbox) for sandbox in sandboxes]
        for server in servers:
            closing.callback(server.stop)
        bases = {f"{server.sandbox.name.upper()}_API_BASE": server.url for server in servers}
        for gateway in _GATEWAYS:
            closing.enter_context(patch.object(gateway, "provider_session", _sessions(trips)))
        closing.enter_context(patch.object(brazilcep_viacep, "URL", servers[0].url + "/ws/{}/json/"))
        environment: Any = bases
        handler = load(blueprint, (FUNCTION,), client=lambda service: _timed(build(service), trips), **environment)
        session = _sessions(trips)(servers[0].url, provider="viacep")
        source = viacep.ViaCep(ProviderHttp(session, servers[0].url))
        breaker = ProviderBreaker("crowded", table="BreakersTable", client=store)
        cache = TableCache(store, "CepCacheTable", SystemClock(), name="cep")

        def forget() -> None:
            store.delete_item(TableName="CepCacheTable", Key={"pk": {"S": cache_key(CEP)}})

        yield _Stage(
            handler[FUNCTION],
            CepDirectory([GuardedSource(source, breaker, 1.5)], cache),
            sandboxes,
            forget,
            source,
            trips,
        )


def _sessions(trips: Trips) -> Callable[..., ProviderSession]:
    def session(base_url: str, *, provider: str) -> ProviderSession:
        built = provider_session(base_url, provider=provider)
        built.mount("http://", _TimedAdapter(trips))
        return built

    return session


def _timed(client: Any, trips: Trips) -> Any:
    def before(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["began"] = time.perf_counter()
        context["breaker"] = b"BreakersTable" in params["body"]

    def after(model: Any, context: dict[str, Any], **_: Any) -> None:
        trips.seconds += time.perf_counter() - context["began"]
        if not context["breaker"]:
            trips.aws.append(model.name)

    client.meta.events.register("before-call", before)
    client.meta.events.register("after-call", after)
    return client


def _measure(
    stage: _Stage, rounds: int, work: Callable[[], object], *, before: Callable[[], None] = lambda: None
) -> Taken:
    work()
    walls: list[float] = []
    added: list[float] = []
    for _ in range(rounds):
        before()
        stage.trips.reset()
        began = time.perf_counter()
        work()
        walls.append(time.perf_counter() - began)
        added.append(walls[-1] - stage.trips.seconds)
    return Taken(len(stage.trips.aws), stage.trips.sources, statistics.median(walls), statistics.median(added))


def _theirs(stage: _Stage, rounds: int) -> Taken:
    walls: list[float] = []
    asked = stage.sandboxes[0].asked.total()
    for _ in range(rounds):
        began = time.perf_counter()
        brazilcep.get_address_from_cep(CEP, _VIACEP)
        walls.append(time.perf_counter() - began)
    return Taken(0, (stage.sandboxes[0].asked.total() - asked) // rounds, statistics.median(walls))


def _silent(stage: _Stage) -> Taken:
    walls: list[float] = []
    for _ in range(SILENT_ROUNDS):
        stage.forget()
        stage.trips.reset()
        began = time.perf_counter()
        stage.look_up()
        walls.append(time.perf_counter() - began)
    return Taken(len(stage.trips.aws), stage.trips.sources, max(walls))


def _theirs_silent() -> Taken:
    began = time.perf_counter()
    try:
        brazilcep.get_address_from_cep(CEP, _VIACEP, timeout=PATIENCE)
    except brazilcep.exceptions.Timeout:
        return Taken(0, 1, time.perf_counter() - began)
    raise RuntimeError("brazilcep got an answer from a source that is silent.")


def _crowd(sandboxes: Sequence[CountingSandbox], forget: Callable[[], None], ask: Callable[[], object]) -> Taken:
    forget()
    asked = sum(sandbox.asked.total() for sandbox in sandboxes)
    with ThreadPoolExecutor(CROWD_SIZE) as pool:
        began = time.perf_counter()
        for look in [pool.submit(ask) for _ in range(CROWD_SIZE)]:
            look.result()
        wall = time.perf_counter() - began
    return Taken(0, sum(sandbox.asked.total() for sandbox in sandboxes) - asked, wall)


def _row(name: str, mine: Taken, other: Taken | None) -> Row:
    added = "" if mine.added is None else ms(mine.added)
    calls = "" if name == CROWD else str(mine.aws)
    theirs = ("", "") if other is None else (str(other.sources), ms(other.wall))
    return (name, calls, str(mine.sources), added, ms(mine.wall), *theirs)


def _verdicts(mine: dict[str, Taken]) -> list[Verdict]:
    added = mine[COLD].added
    assert added is not None
    return [
        at_most("AWS calls for a kept CEP", mine[KEPT].aws, 1, digits=0),
        at_most("calls to sources for a kept CEP", mine[KEPT].sources, 0, digits=0),
        at_most("time added to the first source's answer", added * 1000, 5, " ms"),
        at_most("answer with ViaCEP silent", mine[SILENT].wall * 1000, 800, " ms", digits=0),
        at_most("calls to sources for a crowd of 100 in one container", mine[CROWD].sources, 1, digits=0),
    ]
