"""When a token is used, renewed, waited for and dropped, on a clock that moves when told to."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from commerce.platform.errors import ConfigurationError, ProviderUnavailable
from commerce.platform.shared_tokens import (
    FETCH_SECONDS,
    LEASE_SECONDS,
    LOOK_AGAIN_SECONDS,
    REFUSED_SECONDS,
    SharedTokens,
)
from commerce.platform.token_store import TokenRow
from commerce.platform.tokens import Token
from tests.unit.platform.lines import recorded
from tests.unit.platform.token_rig import Rig

REFUSED = ConfigurationError("acme refuses the credentials of shop/acme.", code="provider_credentials", retryable=True)
DOWN = ProviderUnavailable("acme was not reached.")


def value(rig: Rig, tokens: SharedTokens, seconds: float = 8.0) -> str:
    return tokens.get(rig.deadline(seconds)).value


@pytest.fixture
def rig() -> Rig:
    return Rig()


@pytest.mark.invariant("AUT-01")
def test_a_token_is_fetched_once_and_read_once_by_each_process(rig: Rig) -> None:
    first, second = rig.process(), rig.process()
    assert [value(rig, tokens) for tokens in (first, first, second, second)] == ["token-1"] * 4
    assert (rig.fetched, rig.store.reads) == (1, 2)


@pytest.mark.invariant("AUT-02")
@pytest.mark.parametrize(("jitter", "share"), [(0.0, 0.8), (0.5, 0.85), (1.0, 0.9)])
def test_a_token_is_renewed_between_80_and_90_percent_of_its_life(rig: Rig, jitter: float, share: float) -> None:
    tokens = rig.process(jitter)
    assert value(rig, tokens) == "token-1"
    rig.clock.advance(rig.life * share - 1)
    assert value(rig, tokens) == "token-1"
    rig.clock.advance(1)
    assert value(rig, tokens) == "token-2"


@pytest.mark.invariant("AUT-02")
def test_a_process_draws_its_moment_once_for_each_token(rig: Rig) -> None:
    draws = iter([1.0, 0.0, 0.5])
    tokens = SharedTokens(rig.store, lambda: rig, rig.clock, sleep=rig.sleep, jitter=lambda: next(draws))
    value(rig, tokens)
    rig.clock.advance(899)
    assert value(rig, tokens) == "token-1"
    rig.clock.advance(1)
    assert value(rig, tokens) == "token-2"
    assert list(draws) == [0.5]


@pytest.mark.invariant("AUT-02")
def test_while_one_renews_the_others_go_on_with_the_old_token(rig: Rig) -> None:
    renewing, other, cold = rig.process(), rig.process(), rig.process()
    value(rig, renewing)
    value(rig, other)
    rig.clock.advance(860)
    used: list[str] = []
    rig.meanwhile = lambda: used.extend((value(rig, other), value(rig, other), value(rig, cold)))
    assert value(rig, renewing) == "token-2"
    assert used == ["token-1"] * 3
    assert rig.slept == []
    rig.meanwhile = lambda: None
    assert value(rig, other) == "token-1"
    rig.clock.advance(LOOK_AGAIN_SECONDS)
    assert [value(rig, other), value(rig, cold)] == ["token-2"] * 2
    assert rig.fetched == 2


@pytest.mark.invariant("AUT-02")
def test_a_token_past_its_end_is_never_used_even_if_the_table_still_has_it(rig: Rig) -> None:
    value(rig, rig.process())
    rig.clock.advance(rig.life)
    rig.error = DOWN
    with pytest.raises(ProviderUnavailable):
        value(rig, rig.process())


@pytest.mark.invariant("AUT-02")
def test_a_token_is_not_used_in_its_last_seconds(rig: Rig) -> None:
    tokens = rig.process()
    value(rig, tokens)
    rig.error = DOWN
    rig.clock.advance(rig.life - 6)
    assert value(rig, tokens) == "token-1"
    rig.clock.advance(1)
    with pytest.raises(ProviderUnavailable):
        value(rig, tokens)


@pytest.mark.invariant("AUT-02")
def test_a_token_with_no_life_left_serves_the_one_that_fetched_it(rig: Rig) -> None:
    rig.life = 0
    tokens = rig.process()
    assert [value(rig, tokens), value(rig, tokens)] == ["token-1", "token-2"]


@pytest.mark.invariant("AUT-01")
def test_a_cold_caller_waits_for_whoever_is_fetching(rig: Rig) -> None:
    rig.store.lease(rig.key, TokenRow(), "somebody", now=rig.clock.now(), until=rig.clock.now() + timedelta(seconds=4))
    waiting = rig.process(jitter=1.0)
    original = rig.sleep

    def sleep(seconds: float) -> None:
        original(seconds)
        if len(rig.slept) == 6:
            rig.store.keep(rig.key, rig.fetch(rig.deadline()))

    waiting._sleep = sleep
    assert value(rig, waiting) == "token-1"
    assert rig.slept == [0.05, 0.1, 0.2, 0.4, 0.4, 0.4]
    assert rig.fetched == 1


@pytest.mark.invariant("AUT-01")
def test_one_that_died_while_fetching_holds_the_others_up_for_the_lease_at_most(rig: Rig) -> None:
    began = rig.clock.now()
    until = began + timedelta(seconds=LEASE_SECONDS)
    rig.store.lease(rig.key, TokenRow(), "the dead", now=began, until=until)
    assert value(rig, rig.process()) == "token-1"
    assert LEASE_SECONDS <= (rig.clock.now() - began).total_seconds() <= LEASE_SECONDS + 0.4


@pytest.mark.invariant("AUT-01")
def test_the_slowest_fetch_there_is_still_is_the_only_one(rig: Rig) -> None:
    others = [rig.process() for _ in range(15)]

    def slow() -> None:
        rig.clock.advance(rig.deadlines[-1])
        for tokens in others:
            with pytest.raises(ProviderUnavailable, match="no time left to wait"):
                value(rig, tokens, seconds=0.01)

    rig.meanwhile = slow
    assert value(rig, rig.process(), seconds=60) == "token-1"
    assert [value(rig, tokens) for tokens in others] == ["token-1"] * 15
    assert rig.fetched == 1


@pytest.mark.invariant("AUT-01")
def test_a_wait_ends_inside_the_deadline(rig: Rig) -> None:
    began = rig.clock.now()
    rig.store.lease(rig.key, TokenRow(), "slow", now=began, until=began + timedelta(seconds=4))
    with pytest.raises(ProviderUnavailable, match="no time left to wait") as late:
        value(rig, rig.process(), seconds=1.0)
    assert (rig.clock.now() - began).total_seconds() < 1.0
    assert late.value.retry_after == 1
    assert rig.fetched == 0


@pytest.mark.invariant("PAY-06")
def test_a_fetch_has_what_the_deadline_leaves_and_an_end_of_its_own(rig: Rig) -> None:
    value(rig, rig.process(), seconds=3)
    rig.clock.advance(rig.life)
    value(rig, rig.process(), seconds=60)
    assert rig.deadlines == [3, FETCH_SECONDS]


@pytest.mark.invariant("AUT-01")
def test_threads_of_one_process_fetch_once(rig: Rig) -> None:
    tokens = rig.process()
    inside, go_on = threading.Event(), threading.Event()

    def meanwhile() -> None:
        inside.set()
        assert go_on.wait(10)

    rig.meanwhile = meanwhile
    got: list[str] = []
    threads = [threading.Thread(target=lambda: got.append(value(rig, tokens, 8))) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert inside.wait(10)
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert got == ["token-1"] * 4
    assert rig.fetched == 1


@pytest.mark.invariant("AUT-02")
def test_a_thread_with_an_old_token_does_not_wait_for_the_one_that_renews(rig: Rig) -> None:
    tokens = rig.process()
    value(rig, tokens)
    rig.clock.advance(870)
    used: list[str] = []

    def meanwhile() -> None:
        thread = threading.Thread(target=lambda: used.append(value(rig, tokens)))
        thread.start()
        thread.join(2)
        assert used == ["token-1"]

    rig.meanwhile = meanwhile
    assert value(rig, tokens) == "token-2"


@pytest.mark.invariant("AUT-01")
def test_refused_credentials_are_tried_once_and_told_to_everybody_for_a_while(rig: Rig) -> None:
    rig.error = REFUSED
    for tokens in [rig.process() for _ in range(16)]:
        with pytest.raises(ConfigurationError) as told:
            value(rig, tokens)
        assert (told.value.message, told.value.code, told.value.retryable) == (REFUSED.message, REFUSED.code, True)
    assert rig.fetched == 1
    rig.clock.advance(REFUSED_SECONDS)
    rig.error = None
    assert value(rig, rig.process()) == "token-2"


@pytest.mark.invariant("AUT-01")
@pytest.mark.parametrize(
    ("retry_after", "pause"), [(None, 1), (20, 20), (3600, 60)], ids=["unsaid", "as told", "at most a minute"]
)
def test_an_endpoint_that_is_down_is_left_alone_for_a_moment(rig: Rig, retry_after: int | None, pause: int) -> None:
    rig.error = ProviderUnavailable("acme was not reached.", retry_after=retry_after)
    for tokens in [rig.process() for _ in range(16)]:
        with pytest.raises(ProviderUnavailable):
            value(rig, tokens)
    assert rig.fetched == 1
    rig.clock.advance(pause - 0.5)
    with pytest.raises(ProviderUnavailable) as told:
        value(rig, rig.process())
    assert told.value.retry_after == 1
    rig.clock.advance(0.5)
    rig.error = None
    assert value(rig, rig.process()) == "token-2"


@pytest.mark.invariant("AUT-02")
@pytest.mark.parametrize("error", [REFUSED, DOWN])
def test_a_renewal_that_fails_leaves_the_old_token_in_use_and_is_told(rig: Rig, error: Exception) -> None:
    tokens = rig.process()
    value(rig, tokens)
    rig.clock.advance(900)
    rig.error = error
    with recorded() as lines:
        assert [value(rig, tokens), value(rig, tokens), value(rig, rig.process())] == ["token-1"] * 3
    assert rig.fetched == 2
    assert [line["message"] for line in lines.logs] == ["token not renewed, the old one is still valid"]
    outcome = "refused" if error is REFUSED else "unavailable"
    assert [(m["provider"], m["outcome"], m["token"]) for m in lines.metrics] == [("acme", outcome, [1])]


@pytest.mark.invariant("AUT-03")
def test_a_dropped_token_is_used_by_nobody_any_more(rig: Rig) -> None:
    mine, other = rig.process(), rig.process()
    token = mine.get(rig.deadline())
    mine.drop(token)
    assert [value(rig, mine), value(rig, other)] == ["token-2"] * 2
    assert rig.fetched == 2


@pytest.mark.invariant("AUT-03")
def test_dropping_leaves_alone_what_somebody_renewed_already(rig: Rig) -> None:
    mine, other = rig.process(), rig.process()
    old = mine.get(rig.deadline())
    other.drop(other.get(rig.deadline()))
    value(rig, other)
    mine.drop(old)
    assert value(rig, mine) == "token-2"
    mine.drop(old)
    assert value(rig, mine) == "token-2"
    assert rig.fetched == 2


@pytest.mark.invariant("AUT-03")
def test_a_drop_that_the_table_did_not_hear_of_holds_in_this_process(rig: Rig) -> None:
    tokens = rig.process()
    token = tokens.get(rig.deadline())
    rig.store.down = True
    with recorded() as lines:
        tokens.drop(token)
    rig.store.down = False
    assert [line["message"] for line in lines.logs] == ["dropped token still shared"]
    assert value(rig, tokens) == "token-2"


@pytest.mark.invariant("AUT-03")
def test_a_provider_that_hands_out_the_same_token_again_is_believed(rig: Rig) -> None:
    tokens = rig.process()
    tokens.drop(tokens.get(rig.deadline()))
    rig.fetched = 0
    assert [value(rig, tokens), value(rig, tokens)] == ["token-1"] * 2
    assert rig.fetched == 1


def test_other_credentials_have_tokens_of_their_own(rig: Rig) -> None:
    tokens = rig.process()
    value(rig, tokens)
    rig.key = "acme#2"
    assert [value(rig, tokens), value(rig, tokens)] == ["token-2"] * 2
    rig.key = "acme#1"
    assert value(rig, tokens) == "token-1"


def test_without_the_table_each_process_fetches_for_itself_and_says_so(rig: Rig) -> None:
    rig.store.down = True
    tokens = rig.process()
    with recorded() as lines:
        assert [value(rig, tokens), value(rig, tokens)] == ["token-1"] * 2
    assert [line["message"] for line in lines.logs] == ["token table not reached, fetching alone"]
    assert rig.fetched == 1
    rig.store.down = False
    assert value(rig, rig.process()) == "token-2"


def test_a_token_that_could_not_be_shared_is_used_all_the_same(rig: Rig) -> None:
    tokens = rig.process()
    rig.meanwhile = lambda: setattr(rig.store, "down", True)
    with recorded() as lines:
        assert value(rig, tokens) == "token-1"
    assert [line["message"] for line in lines.logs] == ["fetched token not shared"]


def test_a_failure_that_could_not_be_told_to_the_others_is_raised_all_the_same(rig: Rig) -> None:
    rig.meanwhile = lambda: setattr(rig.store, "down", True)
    rig.error = REFUSED
    with recorded() as lines, pytest.raises(ConfigurationError):
        value(rig, rig.process())
    assert [line["message"] for line in lines.logs] == ["failed fetch not told"]


@pytest.mark.invariant("AUT-04")
def test_a_token_is_not_in_what_is_logged(rig: Rig) -> None:
    tokens = rig.process()
    with recorded() as lines:
        token = tokens.get(rig.deadline())
        rig.clock.advance(900)
        rig.error = DOWN
        tokens.get(rig.deadline())
        rig.store.down = True
        tokens.drop(token)
    assert "token-1" not in lines.text
    assert "token-1" not in f"{token!r} {token} {rig.store.rows!r}"
    assert isinstance(token, Token)
