"""A provider that fails is left alone for a while; one that refuses is not failing."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from aws_lambda_powertools.utilities.circuit_breaker import base as powertools

from commerce.platform.breaker import ProviderBreaker
from commerce.platform.errors import ProviderAmbiguous, ProviderRefused, ProviderUnavailable
from tests.tables import tables
from tests.unit.platform.lines import recorded

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

_names = (f"acme-{number}" for number in itertools.count())


class Clock:
    now = 1_764_000_000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(powertools.CircuitBreakerHandler, "_now", staticmethod(lambda: int(clock.now)))
    return clock


@pytest.fixture
def client() -> Iterator[DynamoDBClient]:
    with tables() as client:
        yield client


@pytest.fixture
def breaker(client: DynamoDBClient, clock: Clock) -> ProviderBreaker:
    # Powertools counts failures by name in this process, so each test has a circuit of its own.
    return ProviderBreaker(next(_names), table="BreakersTable", client=client, failures=3, now=lambda: clock.now)


def unavailable() -> str:
    raise ProviderUnavailable("acme was not reached.")


def ambiguous() -> str:
    raise ProviderAmbiguous("acme did not answer.")


def refused() -> str:
    raise ProviderRefused("No.", code="card_declined")


def opened(breaker: ProviderBreaker) -> ProviderBreaker:
    for failing in (unavailable, ambiguous, unavailable):
        with pytest.raises((ProviderUnavailable, ProviderAmbiguous)):
            breaker.call(failing)
    return breaker


def test_a_healthy_provider_is_called_and_costs_no_writes(breaker: ProviderBreaker, client: DynamoDBClient) -> None:
    assert [breaker.call(lambda: "ok") for _ in range(5)] == ["ok"] * 5
    assert client.scan(TableName="BreakersTable")["Count"] == 0
    assert not breaker.is_open()


@pytest.mark.invariant("PAY-22")
def test_after_failures_in_a_row_nothing_is_sent_any_more(breaker: ProviderBreaker, clock: Clock) -> None:
    opened(breaker)
    clock.now += 10
    sent: list[int] = []
    with pytest.raises(ProviderUnavailable) as refused:
        breaker.call(lambda: sent.append(1))
    assert refused.value.code == "provider_circuit_open"
    assert refused.value.retry_after == 20
    assert sent == []
    assert breaker.is_open()


@pytest.mark.invariant("PAY-22")
def test_another_container_knows(breaker: ProviderBreaker, client: DynamoDBClient, clock: Clock) -> None:
    opened(breaker)
    other = ProviderBreaker(breaker.provider, table="BreakersTable", client=client, now=lambda: clock.now)
    assert other.is_open()


def test_a_refusal_is_no_failure_and_ends_a_row_of_them(breaker: ProviderBreaker) -> None:
    for _ in range(3):
        with pytest.raises(ProviderUnavailable):
            breaker.call(unavailable)
        with pytest.raises(ProviderUnavailable):
            breaker.call(unavailable)
        with pytest.raises(ProviderRefused) as answer:
            breaker.call(refused)
        assert answer.value.code == "card_declined"
    assert not breaker.is_open()


def test_a_bug_of_ours_is_no_failure_of_the_provider(breaker: ProviderBreaker) -> None:
    def bug() -> None:
        raise KeyError("x")

    for _ in range(9):
        with pytest.raises(KeyError):
            breaker.call(bug)
    assert not breaker.is_open()


@pytest.mark.parametrize("probe_refuses", [False, True])
def test_after_the_pause_one_answer_closes_it(breaker: ProviderBreaker, clock: Clock, probe_refuses: bool) -> None:
    opened(breaker)
    clock.now += 31
    assert not breaker.is_open()
    if probe_refuses:
        with pytest.raises(ProviderRefused):
            breaker.call(refused)
    else:
        assert breaker.call(lambda: "ok") == "ok"
    for _ in range(2):
        with pytest.raises(ProviderUnavailable) as failed:
            breaker.call(unavailable)
        assert failed.value.code == "provider_unavailable"


def test_after_the_pause_one_failure_opens_it_again(breaker: ProviderBreaker, clock: Clock) -> None:
    opened(breaker)
    clock.now += 31
    with pytest.raises(ProviderAmbiguous):
        breaker.call(ambiguous)
    with pytest.raises(ProviderUnavailable) as refused:
        breaker.call(lambda: "ok")
    assert refused.value.code == "provider_circuit_open"


def test_a_change_of_the_circuit_is_told(breaker: ProviderBreaker) -> None:
    with recorded() as lines:
        opened(breaker)
    assert [(line["provider"], line["state"]) for line in lines.logs] == [(breaker.provider, "open")]


def test_a_breaker_without_its_table_lets_calls_through(client: DynamoDBClient) -> None:
    blind = ProviderBreaker(next(_names), table="no-such-table", client=client, failures=3)
    opened(blind)
    assert blind.call(lambda: "ok") == "ok"
    assert not blind.is_open()
