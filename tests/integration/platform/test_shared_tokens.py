"""Tokens shared through the table by functions that know nothing of each other (moto, real threads)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commerce.platform.clock import Clock, ManualClock, SystemClock
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ConfigurationError, ProviderUnavailable
from commerce.platform.shared_tokens import LEASE_SECONDS, SharedTokens
from commerce.platform.token_store import Failure, TokenRow, TokenStore
from commerce.platform.tokens import Token
from tests.one_at_a_time import OneAtATime
from tests.tables import tables

TABLE = "TokensTable"
KEY = "acme#1"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Killed(BaseException):
    """The process died here."""


class Acme:
    """A provider's token endpoint that takes its time, and counts."""

    provider = "acme"

    def __init__(self, clock: Clock, key: str = KEY, seconds: float = 0.0) -> None:
        self.clock = clock
        self.key = key
        self.seconds = seconds
        self.calls: list[str] = []
        self.error: BaseException | None = None

    def fetch(self, deadline: Deadline) -> Token:
        assert deadline.remaining() > 0
        self.calls.append(self.key)
        number, issued = len(self.calls), self.clock.now()
        time.sleep(self.seconds)
        if self.error is not None:
            raise self.error
        return Token(f"{self.key}-{number}", issued, issued + 1000 * SECOND, scope="read")


@pytest.fixture
def client() -> Iterator[Any]:
    with tables() as client:
        yield OneAtATime(client)


@pytest.fixture
def store(client: Any) -> TokenStore:
    return TokenStore(client, TABLE)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


def process(client: Any, source: Acme) -> SharedTokens:
    """A function's instance, with a store and a memory of its own; it sleeps on its clock, if that can be moved."""
    sleep = source.clock.advance if isinstance(source.clock, ManualClock) else time.sleep
    return SharedTokens(TokenStore(client, TABLE), lambda: source, source.clock, sleep=sleep, jitter=lambda: 0.5)


def at_once(calls: list[Callable[[], str]]) -> list[str]:
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], str]) -> str:
        barrier.wait(10)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def get(tokens: SharedTokens, seconds: float = 20.0) -> str:
    return tokens.get(Deadline.after(seconds)).value


def caller(client: Any, source: Acme) -> Callable[[], str]:
    return lambda: get(process(client, source))


@pytest.mark.invariant("AUT-01")
def test_sixteen_cold_callers_cost_one_token_call(client: Any) -> None:
    acme = Acme(SystemClock(), seconds=0.15)
    assert at_once([caller(client, acme) for _ in range(16)]) == ["acme#1-1"] * 16
    assert acme.calls == [KEY]


@pytest.mark.invariant("AUT-01")
def test_two_keys_cost_two_token_calls(client: Any) -> None:
    one, two = Acme(SystemClock(), seconds=0.1), Acme(SystemClock(), "acme#2", seconds=0.1)
    got = at_once([caller(client, acme) for acme in (one, two) * 8])
    assert got == ["acme#1-1", "acme#2-1"] * 8
    assert (one.calls, two.calls) == (["acme#1"], ["acme#2"])


@pytest.mark.invariant("AUT-01")
def test_the_token_call_of_a_burst_is_refused_once(client: Any) -> None:
    acme = Acme(SystemClock(), seconds=0.1)
    acme.error = ConfigurationError("acme refuses the credentials.", code="provider_credentials", retryable=True)

    def refused() -> str:
        with pytest.raises(ConfigurationError) as told:
            get(process(client, acme))
        return told.value.code

    assert at_once([refused for _ in range(16)]) == ["provider_credentials"] * 16
    assert acme.calls == [KEY]


@pytest.mark.invariant("AUT-02")
def test_sixteen_warm_callers_renew_once_and_nobody_waits(client: Any) -> None:
    acme = Acme(SystemClock())
    warm = [process(client, acme) for _ in range(16)]
    assert {get(tokens) for tokens in warm} == {"acme#1-1"}
    later = SystemClock().now() + 900 * SECOND
    acme.clock = ManualClock(later)
    acme.seconds = 0.15
    for tokens in warm:
        tokens._clock = acme.clock
        tokens._sleep = lambda _: pytest.fail("waited with a valid token in hand")
    got = at_once([lambda tokens=tokens: get(tokens) for tokens in warm])  # type: ignore[misc]
    assert set(got) <= {"acme#1-1", "acme#1-2"}
    assert len(acme.calls) == 2


@pytest.mark.invariant("AUT-01")
def test_a_lease_holder_that_was_killed_holds_nobody_up_for_long(client: Any, clock: ManualClock) -> None:
    doomed = Acme(clock)
    doomed.error = Killed()
    with pytest.raises(Killed):
        get(process(client, doomed))
    acme = Acme(clock)
    assert get(process(client, acme)) == "acme#1-1"
    assert LEASE_SECONDS <= (clock.now() - NOW).total_seconds() < LEASE_SECONDS + 0.5


@pytest.mark.invariant("AUT-02")
def test_a_holder_killed_while_renewing_is_noticed_and_replaced(client: Any, clock: ManualClock) -> None:
    acme = Acme(clock)
    dying, other = process(client, acme), process(client, acme)
    assert [get(dying), get(other)] == ["acme#1-1"] * 2
    clock.advance(860)
    acme.error = Killed()
    with pytest.raises(Killed):
        get(dying)
    acme.error = None
    assert get(other) == "acme#1-1"
    clock.advance(LEASE_SECONDS)
    assert get(other) == "acme#1-3"


@pytest.mark.invariant("AUT-02")
def test_a_row_past_its_end_is_not_used_though_it_is_still_there(
    client: Any, store: TokenStore, clock: ManualClock
) -> None:
    acme = Acme(clock)
    get(process(client, acme))
    clock.advance(1000)
    kept = store.read(KEY).token
    assert kept is not None
    assert kept.value == "acme#1-1"
    assert get(process(client, acme)) == "acme#1-2"


@pytest.mark.invariant("AUT-03")
def test_sixteen_callers_whose_token_was_revoked_renew_it_once(client: Any) -> None:
    acme = Acme(SystemClock(), seconds=0.1)
    warm = [process(client, acme) for _ in range(16)]
    old = {get(tokens) for tokens in warm}

    def replay(tokens: SharedTokens) -> str:
        tokens.drop(tokens.get(Deadline.after(20)))
        return get(tokens)

    got = at_once([lambda tokens=tokens: replay(tokens) for tokens in warm])  # type: ignore[misc]
    assert (old, set(got)) == ({"acme#1-1"}, {"acme#1-2"})
    assert len(acme.calls) == 2


def token(value: str = "t1", *, at: datetime = NOW, life: int = 1000) -> Token:
    return Token(value, at, at + life * SECOND, scope="cob.read")


def test_a_token_comes_back_as_it_was_kept(store: TokenStore) -> None:
    assert store.read(KEY) == TokenRow()
    assert store.keep(KEY, token())
    assert store.read(KEY) == TokenRow(token())


def test_an_older_token_does_not_take_the_place_of_a_newer_one(store: TokenStore) -> None:
    store.keep(KEY, token("new", at=NOW + SECOND))
    assert not store.keep(KEY, token("old"))
    assert store.read(KEY).token == token("new", at=NOW + SECOND)


@pytest.mark.invariant("AUT-01")
def test_a_lease_is_one_caller_s_until_it_ends(store: TokenStore) -> None:
    until = NOW + 4 * SECOND
    assert store.lease(KEY, TokenRow(), "a", now=NOW, until=until)
    assert not store.lease(KEY, TokenRow(), "b", now=NOW + 3 * SECOND, until=until)
    assert store.lease(KEY, TokenRow(), "a", now=NOW, until=until), "boto3 repeats a write whose answer was lost"
    assert store.read(KEY) == TokenRow(busy_until=until)
    assert store.lease(KEY, TokenRow(), "b", now=until, until=until + 4 * SECOND)


@pytest.mark.invariant("AUT-01")
def test_no_lease_on_a_token_that_was_renewed_meanwhile(store: TokenStore) -> None:
    cold, old = TokenRow(), TokenRow(token("old"))
    store.keep(KEY, token("new", at=NOW + SECOND))
    for seen in (cold, old):
        assert not store.lease(KEY, seen, "a", now=NOW, until=NOW + SECOND)
    assert store.lease(KEY, store.read(KEY), "a", now=NOW, until=NOW + SECOND)


def test_a_token_ends_the_lease_and_a_failure_lasts_until_its_time(store: TokenStore) -> None:
    failure = Failure("provider_credentials", "acme refuses the credentials.", True)
    store.lease(KEY, TokenRow(), "a", now=NOW, until=NOW + 4 * SECOND)
    assert not store.fail(KEY, "b", failure, until=NOW + 30 * SECOND)
    assert store.fail(KEY, "a", failure, until=NOW + 30 * SECOND)
    assert store.read(KEY) == TokenRow(None, NOW + 30 * SECOND, failure)
    assert store.lease(KEY, store.read(KEY), "c", now=NOW + 30 * SECOND, until=NOW + 34 * SECOND)
    assert store.read(KEY) == TokenRow(None, NOW + 34 * SECOND)
    store.keep(KEY, token())
    assert store.read(KEY) == TokenRow(token())


@pytest.mark.invariant("AUT-03")
def test_dropping_takes_that_token_only(store: TokenStore) -> None:
    store.keep(KEY, token("new"))
    assert not store.drop(KEY, token("old"))
    assert store.read(KEY).token == token("new")
    assert store.drop(KEY, token("new"))
    assert store.read(KEY) == TokenRow()
    assert not store.drop(KEY, token("new"))


@pytest.mark.parametrize(
    ("prepare", "seconds"),
    [
        (lambda store: store.keep(KEY, token()), 1000),
        (lambda store: store.lease(KEY, TokenRow(), "a", now=NOW, until=NOW + 4 * SECOND), 4),
        (
            lambda store: [
                store.keep(KEY, token()),
                store.lease(KEY, TokenRow(token()), "a", now=NOW, until=NOW + 4 * SECOND),
            ],
            1000,
        ),
    ],
    ids=["token", "lease", "lease beside a token"],
)
def test_every_row_is_forgotten_in_the_end(
    client: Any, store: TokenStore, prepare: Callable[[TokenStore], object], seconds: int
) -> None:
    prepare(store)
    item = client.get_item(TableName=TABLE, Key={"pk": {"S": KEY}})["Item"]
    assert int(item["expires_at"]["N"]) == int(NOW.timestamp()) + seconds


def test_a_missing_table_is_told_and_not_worked_around(clock: ManualClock) -> None:
    with tables() as client:
        acme = Acme(clock)
        tokens = SharedTokens(TokenStore(client, "no-such-table"), lambda: acme, clock)
        with pytest.raises(ConfigurationError, match="ResourceNotFoundException"):
            get(tokens)
        assert acme.calls == []


def test_a_failed_fetch_is_retold_with_the_time_that_is_left(client: Any, clock: ManualClock) -> None:
    acme = Acme(clock)
    acme.error = ProviderUnavailable("acme's token endpoint answered HTTP 429.", retry_after=20)
    for expected in (20, 8):
        with pytest.raises(ProviderUnavailable) as told:
            get(process(client, acme))
        assert (told.value.message, told.value.retry_after) == ("acme's token endpoint answered HTTP 429.", expected)
        clock.advance(12.5)
    assert acme.calls == [KEY]
