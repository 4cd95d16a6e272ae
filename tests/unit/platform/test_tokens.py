"""What a token is, and under which key it is shared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from commerce.platform.tokens import Token, token_key

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.mark.invariant("AUT-04")
def test_a_token_is_not_shown() -> None:
    token = Token("very-secret", NOW, LATER, scope="cob.read")
    assert "very-secret" not in f"{token} {token!r} {[token]} {token.token_id}"


@pytest.mark.invariant("AUT-02")
def test_a_token_s_times_carry_their_zone() -> None:
    for times in ((NOW.replace(tzinfo=None), LATER), (NOW, LATER.replace(tzinfo=None))):
        with pytest.raises(ValueError, match="zone"):
            Token("t", *times)
    brasilia = timezone(timedelta(hours=-3))
    assert Token("t", NOW, LATER.astimezone(brasilia)) == Token("t", NOW, LATER)


@pytest.mark.invariant("AUT-04")
@pytest.mark.parametrize("value", ["", "a b", "a\nX-Evil: 1", "tokén", " tok9", "t\x7f"])
def test_what_cannot_stand_in_a_header_is_refused_without_showing_it(value: str) -> None:
    with pytest.raises(ValueError, match="visible ASCII") as refused:
        Token(value, NOW, LATER)
    assert not value or value not in str(refused.value)


def test_tokens_are_told_apart_by_their_value() -> None:
    assert Token("a", NOW, LATER).token_id == Token("a", LATER, LATER).token_id
    assert Token("a", NOW, LATER).token_id != Token("b", NOW, LATER).token_id


@pytest.mark.invariant("AUT-01")
def test_the_same_credentials_have_one_key_and_others_another() -> None:
    same = ("paypal", "id", "secret", "https://api/token", "scope", "cert")
    changed = [(*same[:n], "other", *same[n + 1 :]) for n in range(len(same))]
    assert token_key(*same) == token_key(*same)
    assert len({token_key(*parts) for parts in (same, *changed)}) == 1 + len(changed)
    assert token_key("p", "a", "s", "b", "c") != token_key("p", "a\x1fb", "s", "c")


@pytest.mark.invariant("AUT-04")
def test_a_key_gives_nothing_away() -> None:
    key = token_key("paypal", "client-id-1", "secret-1", "https://api/token")
    assert key.startswith("paypal#")
    assert "client-id-1" not in key
    assert "secret-1" not in key
