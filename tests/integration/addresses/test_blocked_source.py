"""A source that blocks us is left alone for minutes, by every container, and the next one answers (ADR-07)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from aws_lambda_powertools.utilities.circuit_breaker import base as powertools

from commerce.addresses.directory import CepDirectory
from commerce.addresses.gateways.opencep.client import OpenCep
from commerce.addresses.gateways.viacep.client import ViaCep
from commerce.addresses.model import CepAddress, CepSource
from commerce.addresses.sources import FAILURES_TO_OPEN, OPEN_SECONDS, GuardedSource
from commerce.platform.breaker import ProviderBreaker
from commerce.platform.cache import TableCache
from commerce.platform.clock import SystemClock
from commerce.platform.deadline import Deadline
from commerce.platform.errors import IntegrationError, ProviderAmbiguous
from local.sandboxes.kernel.faults import Fault, FaultKind
from local.sandboxes.opencep.sandbox import OpenCepSandbox
from local.sandboxes.viacep.sandbox import ViaCepSandbox
from tests.tables import tables
from tests.unit.addresses.rig import over

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BLOCKED = Fault(FaultKind.UNREACHABLE, times=1000)
CEPS = ("01001000", "01304001", "01310100", "05010000", "15090260", "18071051", "20751120")


class Clock:
    now = 1_795_521_600.0


class Street:
    """Two sources with real breakers, as one container has them; `container` gives another one's."""

    def __init__(self, client: DynamoDBClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self.viacep, self.opencep = ViaCepSandbox(), OpenCepSandbox()

    def container(self) -> CepDirectory:
        sources: list[CepSource] = [ViaCep(over(self.viacep)), OpenCep(over(self.opencep))]
        return CepDirectory(
            [GuardedSource(source, self._breaker(source.name), 1.5) for source in sources],
            TableCache(self._client, "CepCacheTable", SystemClock(), name="cep"),
        )

    def _breaker(self, name: str) -> ProviderBreaker:
        return ProviderBreaker(
            name,
            table="BreakersTable",
            client=self._client,
            failures=FAILURES_TO_OPEN,
            open_seconds=OPEN_SECONDS,
            now=lambda: self._clock.now,
        )


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(powertools.CircuitBreakerHandler, "_now", staticmethod(lambda: int(clock.now)))
    for counters in ("_LOCAL_FAILURES", "_LOCAL_SUCCESSES", "_LAST_OBSERVED_STATE"):
        monkeypatch.setattr(powertools, counters, {})
    return clock


@pytest.fixture
def street(clock: Clock) -> Iterator[Street]:
    with tables() as client:
        yield Street(client, clock)


@pytest.mark.invariant("ADR-07")
def test_a_block_is_skipped_for_minutes_also_by_others(street: Street, clock: Clock) -> None:
    street.viacep.faults.add(BLOCKED)
    directory = street.container()
    for cep in CEPS[:FAILURES_TO_OPEN]:
        assert directory.find(cep).source == "opencep"
    assert len(street.viacep.journal.entries()) == FAILURES_TO_OPEN

    other = street.container()
    clock.now += OPEN_SECONDS - 1
    for cep in CEPS[FAILURES_TO_OPEN:-1]:
        assert other.find(cep).source == "opencep"
    assert len(street.viacep.journal.entries()) == FAILURES_TO_OPEN, "nobody knocks meanwhile"
    assert OPEN_SECONDS >= 120, "minutes"


@pytest.mark.invariant("ADR-07")
def test_when_the_block_is_over_it_is_the_first_again(street: Street, clock: Clock) -> None:
    street.viacep.faults.add(BLOCKED)
    directory = street.container()
    for cep in CEPS[:FAILURES_TO_OPEN]:
        directory.find(cep)
    street.viacep.faults.clear()
    clock.now += OPEN_SECONDS
    assert street.container().find(CEPS[4]).source == "viacep"
    assert street.container().find(CEPS[5]).source == "viacep"


@pytest.mark.invariant("ADR-07")
@pytest.mark.parametrize(
    "fault",
    [Fault(FaultKind.HTML, times=99), Fault(FaultKind.STATUS, status=429, times=99), Fault(FaultKind.HANG, times=99)],
    ids=["html", "429", "hang"],
)
def test_every_kind_of_block_counts(street: Street, fault: Fault) -> None:
    street.viacep.faults.add(fault)
    directory = street.container()
    for cep in CEPS[:-1]:
        assert directory.find(cep).source == "opencep"
    assert len(street.viacep.journal.entries()) == FAILURES_TO_OPEN


class Sleeper:
    """ViaCEP asked by a container that Lambda freezes in the middle: minutes later the call fails."""

    name = "viacep"

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds

    def find(self, cep: str, deadline: Deadline) -> CepAddress | None:  # noqa: ARG002 - as a source
        self._clock.now += self._seconds
        raise ProviderAmbiguous("viacep did not answer in full.")


@pytest.mark.invariant("ADR-07")
@pytest.mark.parametrize(("seconds", "is_open"), [(120.0, False), (1.8, False), (1.5, True)])
def test_calls_that_were_frozen_open_no_breaker(street: Street, clock: Clock, seconds: float, is_open: bool) -> None:
    breaker = street._breaker("viacep")
    source = GuardedSource(Sleeper(clock, seconds), breaker, 1.5, now=lambda: clock.now)
    for _ in range(FAILURES_TO_OPEN):
        with pytest.raises(IntegrationError):
            source.asked_for(CEPS[0]).ask()
    assert breaker.is_open() is is_open


def test_a_missing_cep_is_no_failure(street: Street) -> None:
    directory = street.container()
    for number in range(FAILURES_TO_OPEN + 2):
        assert directory.find(f"9999999{number}").address is None
    assert street.viacep.asked.total() == FAILURES_TO_OPEN + 2


def test_breakers_are_no_part_of_a_kept_cep(street: Street) -> None:
    directory = street.container()
    directory.find(CEPS[0])
    calls: list[str] = []
    client: Any = street._client
    client.meta.events.register("before-call.dynamodb", lambda model, **_: calls.append(model.name), unique_id="seen")
    try:
        assert directory.find(CEPS[0]).cached
    finally:
        client.meta.events.unregister("before-call.dynamodb", unique_id="seen")
    assert calls == ["GetItem"]
