"""Sources of CEPs over real connections, failing in every way: the answer comes in time, and is never a wrong "no"."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest

from commerce.addresses.directory import CepDirectory
from commerce.addresses.gateways.brasilapi.client import BrasilApi
from commerce.addresses.gateways.opencep.client import OpenCep
from commerce.addresses.gateways.viacep.client import ViaCep
from commerce.addresses.model import CepSource
from commerce.addresses.sources import SECONDS, GuardedSource
from commerce.platform.cache import TableCache
from commerce.platform.clock import SystemClock
from commerce.platform.errors import ProviderUnavailable
from commerce.platform.http import ProviderHttp, provider_session
from local.sandboxes.brasilapi.sandbox import BrasilApiSandbox
from local.sandboxes.counted import CountingSandbox
from local.sandboxes.kernel.faults import Fault, FaultKind
from local.sandboxes.kernel.server import serve
from local.sandboxes.opencep.sandbox import OpenCepSandbox
from local.sandboxes.viacep.sandbox import ViaCepSandbox
from tests.unit.addresses.rig import Table, Through

CEP = "05010000"
IN_TIME = 0.8
"""Seconds within which the answer comes although the first source says nothing."""


class Town:
    """Three servers and a directory that asks them; a source can be sent to a port where nobody listens."""

    def __init__(self, closing: ExitStack) -> None:
        self._closing = closing
        self.table = Table()
        self.sandboxes: dict[str, CountingSandbox] = {
            one.name: one for one in (ViaCepSandbox(), OpenCepSandbox(), BrasilApiSandbox())
        }
        self._urls = {}
        for name, sandbox in self.sandboxes.items():
            server = serve(sandbox)
            closing.callback(server.stop)
            self._urls[name] = server.url

    def directory(self, *, refusing: tuple[str, ...] = ()) -> CepDirectory:
        urls = {**self._urls, **{name: self._closed_port() for name in refusing}}
        sources: list[CepSource] = [
            ViaCep(self._http("viacep", urls)),
            OpenCep(self._http("opencep", urls)),
            BrasilApi(self._http("brasilapi", urls)),
        ]
        guarded = [GuardedSource(source, Through(), SECONDS[source.name]) for source in sources]
        client: Any = self.table
        return CepDirectory(guarded, TableCache(client, "CepCacheTable", SystemClock(), name="cep"))

    def all_fail(self, kind: FaultKind) -> None:
        for sandbox in self.sandboxes.values():
            sandbox.faults.add(Fault(kind, times=100))

    def _http(self, name: str, urls: dict[str, str]) -> ProviderHttp:
        session = provider_session(urls[name], provider=name)
        self._closing.callback(session.close)
        return ProviderHttp(session, urls[name])

    def _closed_port(self) -> str:
        with socket.create_server(("127.0.0.1", 0)) as free:
            return f"http://127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture
def town() -> Iterator[Town]:
    with ExitStack() as closing:
        yield Town(closing)


def timed(directory: CepDirectory) -> tuple[str, float]:
    began = time.monotonic()
    answer = directory.find(CEP)
    assert answer.address is not None
    assert answer.address.logradouro == "Rua Caiubi"
    return answer.source, time.monotonic() - began


@pytest.mark.invariant("ADR-07")
def test_a_blocked_address_is_refused_connections_and_the_next_answers_at_once(town: Town) -> None:
    source, seconds = timed(town.directory(refusing=("viacep",)))
    assert source == "opencep"
    assert seconds < 0.3


def test_two_that_refuse_leave_the_third(town: Town) -> None:
    assert timed(town.directory(refusing=("viacep", "opencep")))[0] == "brasilapi"


@pytest.mark.parametrize(
    "kind", [FaultKind.HANG, FaultKind.CUT_BEFORE, FaultKind.CUT_AFTER, FaultKind.HTML, FaultKind.GARBAGE], ids=str
)
def test_whatever_the_first_does_the_answer_comes_in_time(town: Town, kind: FaultKind) -> None:
    town.sandboxes["viacep"].faults.add(Fault(kind, times=100))
    source, seconds = timed(town.directory())
    assert source == "opencep"
    assert seconds < IN_TIME


def test_when_two_hang_the_third_still_comes_in_time(town: Town) -> None:
    for name in ("viacep", "opencep"):
        town.sandboxes[name].faults.add(Fault(FaultKind.HANG, times=100))
    source, seconds = timed(town.directory())
    assert source == "brasilapi"
    assert seconds < IN_TIME


def test_a_slow_first_source_is_not_asked_twice(town: Town) -> None:
    town.sandboxes["viacep"].faults.add(Fault(FaultKind.DELAY, seconds=0.2))
    source, _ = timed(town.directory())
    assert source == "viacep"
    assert {name: sandbox.asked.total() for name, sandbox in town.sandboxes.items()} == {
        "viacep": 1,
        "opencep": 0,
        "brasilapi": 0,
    }


@pytest.mark.invariant("ADR-01")
@pytest.mark.parametrize("kind", [FaultKind.HANG, FaultKind.CUT_BEFORE, FaultKind.HTML], ids=str)
def test_when_all_fail_nobody_says_no_and_nothing_is_kept(town: Town, kind: FaultKind) -> None:
    town.all_fail(kind)
    began = time.monotonic()
    with pytest.raises(ProviderUnavailable) as unknown:
        town.directory().find(CEP)
    assert unknown.value.code == "cep_sources_unavailable"
    assert time.monotonic() - began < 4.5
    assert town.table.rows == {}


@pytest.mark.invariant("ADR-01")
def test_one_voice_beside_silence_is_not_enough(town: Town) -> None:
    """54580-000 exists; ViaCEP does not know it, and the others do not answer."""
    for name in ("opencep", "brasilapi"):
        town.sandboxes[name].faults.add(Fault(FaultKind.HANG, times=100))
    with pytest.raises(ProviderUnavailable):
        town.directory().find("54580000")
    assert town.table.rows == {}


@pytest.mark.invariant("ADR-06")
def test_a_hundred_at_once_over_real_connections_ask_once(town: Town) -> None:
    town.sandboxes["viacep"].faults.add(Fault(FaultKind.DELAY, seconds=0.2))
    directory = town.directory()
    with ThreadPoolExecutor(100) as pool:
        found = list(pool.map(lambda _: directory.find(CEP), range(100)))
    assert {answer.source for answer in found} == {"viacep"}
    assert town.sandboxes["viacep"].asked[CEP] == 1
