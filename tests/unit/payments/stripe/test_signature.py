"""Stripe's webhook signature: what opens the door, and all that does not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from commerce.payments.gateways.stripe.signature import HEADER, StripeSignature, sign, webhook_secrets
from commerce.platform.errors import Unauthorized
from commerce.platform.webhooks import WebhookCall
from tests.builders import NOW

SECRET = "whsec_current"
PREVIOUS = "whsec_previous"
BODY = '{"id": "evt_1", "note": "São Paulo \\/ \\u00e9"}\r\n'.encode()
T = int(NOW.timestamp())


def verify(
    header: str | None,
    raw: bytes = BODY,
    *,
    secrets: Sequence[str] = (SECRET, PREVIOUS),
    seconds_later: float = 0,
) -> None:
    headers = {} if header is None else {HEADER: header}
    StripeSignature(lambda: secrets).verify(WebhookCall(raw, headers), NOW + timedelta(seconds=seconds_later))


def refusal(header: str | None, raw: bytes = BODY, **options: object) -> str:
    with pytest.raises(Unauthorized) as refused:
        verify(header, raw, **options)  # type: ignore[arg-type]
    return refused.value.code


@pytest.mark.invariant("PAY-12")
def test_a_genuine_delivery_passes() -> None:
    verify(sign(BODY, SECRET, T))


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize("raw", [BODY, b"", b"{}", "ação".encode(), b"\x00\x01"])
def test_our_signature_and_the_sdk_s_are_the_same(raw: bytes) -> None:
    text = raw.decode()
    assert sign(raw, SECRET, T) == stripe.WebhookSignature.generate_signature_header(text, SECRET, T)
    assert stripe.WebhookSignature.verify_header(raw, sign(raw, SECRET, T), SECRET)
    verify(stripe.WebhookSignature.generate_signature_header(text, SECRET, T), raw)


@pytest.mark.invariant("AUT-06")
@pytest.mark.parametrize("secret", [SECRET, PREVIOUS])
def test_both_secrets_open_during_a_rotation(secret: str) -> None:
    verify(sign(BODY, secret, T))


@pytest.mark.invariant("AUT-06")
def test_a_retired_secret_opens_nothing() -> None:
    assert refusal(sign(BODY, PREVIOUS, T), secrets=(SECRET, "")) == "signature_invalid"


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize("seconds", [-300, -299, 299, 300])
def test_the_window_has_two_sides(seconds: int) -> None:
    verify(sign(BODY, SECRET, T), seconds_later=seconds)


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize("seconds", [-301, 301, 86_400, -86_400])
def test_too_old_and_too_new_are_stale(seconds: int) -> None:
    assert refusal(sign(BODY, SECRET, T), seconds_later=seconds) == "signature_stale"


@pytest.mark.invariant("PAY-12")
def test_one_good_signature_among_several_is_enough() -> None:
    good = sign(BODY, SECRET, T).partition("v1=")[2]
    verify(f"t={T},v1=bad,v1={good},v0=whatever")


@pytest.mark.invariant("PAY-12")
def test_another_scheme_proves_nothing() -> None:
    good = sign(BODY, SECRET, T).partition("v1=")[2]
    assert refusal(f"t={T},v0={good}") == "signature_malformed"


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "signature_missing"),
        ("", "signature_missing"),
        ("nonsense", "signature_malformed"),
        (f"t={T}", "signature_malformed"),
        ("v1=00", "signature_malformed"),
        ("t=,v1=00", "signature_malformed"),
        ("t=-5,v1=00", "signature_malformed"),
        ("t=1e9,v1=00", "signature_malformed"),
        ("t=١٢٣,v1=00", "signature_malformed"),
        ("t=9999999999999,v1=00", "signature_malformed"),
        (f"t={T},t={T},v1=00", "signature_malformed"),
        (f"t={T}," + ",".join(["v1=00"] * 17), "signature_malformed"),
        (f"t={T},v1=", "signature_invalid"),
        (f"t={T},v1=ação\ud800", "signature_invalid"),
    ],
)
def test_a_header_that_is_none_is_refused_and_never_breaks(header: str | None, code: str) -> None:
    assert refusal(header) == code


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize("secrets", [(), ("",), ("REPLACE_ME", ""), ("secret", "sk_test_x")])
def test_without_a_secret_nobody_gets_in(secrets: tuple[str, ...]) -> None:
    for guess in (*secrets, "", "REPLACE_ME"):
        assert refusal(sign(BODY, guess, T), secrets=secrets) == "webhook_unconfigured"


@pytest.mark.invariant("PAY-12")
def test_a_missing_secret_is_logged_with_what_to_do(caplog: pytest.LogCaptureFixture) -> None:
    refusal(sign(BODY, "", T), secrets=())
    assert "STRIPE_SECRET_NAME" in caplog.text
    assert "put-secret-value" in caplog.text


@pytest.mark.invariant("PAY-12")
@given(st.binary(max_size=200), st.data())
def test_one_changed_bit_is_noticed(raw: bytes, data: st.DataObject) -> None:
    header = sign(raw, SECRET, T)
    verify(header, raw)
    forged = bytearray(raw or b"\x00")
    position = data.draw(st.integers(0, len(forged) - 1))
    forged[position] ^= 1 << data.draw(st.integers(0, 7))
    assert refusal(header, bytes(forged)) == "signature_invalid"


@pytest.mark.invariant("PAY-12")
@given(st.text(max_size=80))
def test_no_header_breaks_the_check(header: str) -> None:
    assert refusal(header).startswith("signature_")


@pytest.mark.invariant("PAY-12")
@given(st.integers(0, 10**11))
def test_the_signed_time_cannot_be_swapped(other: int) -> None:
    signature = sign(BODY, SECRET, T).partition(",")[2]
    if other != T:
        assert refusal(f"t={other},{signature}") == "signature_invalid"


def test_the_secret_s_fields_give_both_signing_secrets() -> None:
    fields = {"api_key": "sk_test_1", "webhook_secret": SECRET, "webhook_secret_previous": PREVIOUS}
    assert webhook_secrets(fields) == (SECRET, PREVIOUS)
    assert webhook_secrets({}) == ("", "")
