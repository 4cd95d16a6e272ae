"""Mercado Pago's webhook signature: what opens the door, and all that does not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.payments.gateways.mercado_pago.signature import (
    DATA_ID,
    HEADER,
    REQUEST_ID,
    WINDOW_SECONDS,
    MercadoPagoSignature,
    sign,
    webhook_secrets,
)
from commerce.platform.errors import Unauthorized
from commerce.platform.webhooks import WebhookCall
from local.sandboxes.mercado_pago.access import WEBHOOK_SECRET
from local.sandboxes.mercado_pago.notices import Notice
from tests.builders import NOW
from tests.unit.payments.mercado_pago.rig import Rig

PAY_12 = pytest.mark.invariant("PAY-12")
SECRET = "current-secret"
PREVIOUS = "previous-secret"
SECONDS = int(NOW.timestamp())
MILLISECONDS = SECONDS * 1000
REQUEST = "2066ca19-c6f1-498a-be75-1923005edd06"

PUBLISHED_SECRET = "your_secret_key_here"
PUBLISHED_TIME = 1742505638683
PUBLISHED_ID = "ord01jq4s4ky8hwq6na5pxb65b3d3"
PUBLISHED = [
    (PUBLISHED_ID, REQUEST, "633f91233312dd391ec75fa0bea539cfc2d6c4918873305b84a96cc1c58db71c"),
    (None, REQUEST, "8a7b0cc777a8217c3bab41a50c95dc92debbc6f8448f1c967dfe10ac1cb8b894"),
    (PUBLISHED_ID, None, "a20c44820ab71562e89a7c9f64d5636efc8beba587b16c2f9bbbc3504892741a"),
]
"""Of the signature tests of the `mercadopago` package, 3.6.0."""


def call(header: str | None, *, data_id: str | None = "123", request_id: str | None = REQUEST) -> WebhookCall:
    headers = {name: value for name, value in ((HEADER, header), (REQUEST_ID, request_id)) if value is not None}
    return WebhookCall(b'{"data": {"id": "999"}}', headers, query={} if data_id is None else {DATA_ID: data_id})


def signed(secret: str = SECRET, time: int = MILLISECONDS, data_id: str = "123", request_id: str = REQUEST) -> str:
    return sign(secret, data_id=data_id, request_id=request_id, time=time)


def verify(
    given_call: WebhookCall, *, secrets: Sequence[str] = (SECRET, PREVIOUS), now: datetime = NOW, later: float = 0
) -> None:
    MercadoPagoSignature(lambda: secrets).verify(given_call, now + timedelta(seconds=later))


def refusal(given_call: WebhookCall, **options: object) -> str:
    with pytest.raises(Unauthorized) as refused:
        verify(given_call, **options)  # type: ignore[arg-type]
    return refused.value.code


@PAY_12
@pytest.mark.parametrize(("data_id", "request_id", "v1"), PUBLISHED)
@pytest.mark.parametrize("changed", ["", "x"])
def test_the_published_vectors(data_id: str | None, request_id: str | None, v1: str, changed: str) -> None:
    now = datetime.fromtimestamp(PUBLISHED_TIME / 1000, UTC)
    given_call = call(f"ts={PUBLISHED_TIME},v1={v1}{changed}", data_id=data_id, request_id=request_id)
    if changed:
        assert refusal(given_call, secrets=(PUBLISHED_SECRET,), now=now) == "signature_invalid"
    else:
        verify(given_call, secrets=(PUBLISHED_SECRET,), now=now)


@PAY_12
@pytest.mark.parametrize("id_case", ["lower", "raw"])
@pytest.mark.parametrize("unit", ["ms", "s"])
def test_both_cases_of_the_id_and_both_units_of_the_time(pix: Rig, id_case: str, unit: str) -> None:
    pix.world.sign(id_case=id_case, unit=unit)
    pix.world.notify(Notice("ORD01JQ4S4KY8"))
    ((delivered, _),) = pix.webhooks()
    verify(delivered, secrets=(WEBHOOK_SECRET,))


@PAY_12
def test_the_id_counts_in_lower_case_or_as_it_is_written_and_in_no_third_way() -> None:
    verify(call(signed(data_id="abc"), data_id="aBc"))
    for other in ("abd", "abcd", ""):
        assert refusal(call(signed(data_id="abc"), data_id=other)) == "signature_invalid"


@PAY_12
@pytest.mark.invariant("AUT-06")
@pytest.mark.parametrize("secret", [SECRET, PREVIOUS])
def test_both_secrets_open_during_a_rotation(secret: str) -> None:
    verify(call(signed(secret)))


@pytest.mark.invariant("AUT-06")
def test_a_retired_secret_opens_nothing() -> None:
    assert refusal(call(signed(PREVIOUS)), secrets=(SECRET, "")) == "signature_invalid"


@PAY_12
@pytest.mark.parametrize("time", [SECONDS, MILLISECONDS])
@pytest.mark.parametrize("later", [-WINDOW_SECONDS, -WINDOW_SECONDS + 1, WINDOW_SECONDS - 1, WINDOW_SECONDS])
def test_the_window_has_two_sides(time: int, later: float) -> None:
    verify(call(signed(time=time)), later=later)


@PAY_12
@pytest.mark.parametrize("time", [SECONDS, MILLISECONDS])
@pytest.mark.parametrize("later", [-WINDOW_SECONDS - 1, WINDOW_SECONDS + 1, 86_400, -86_400])
def test_too_old_and_too_new_are_stale(time: int, later: float) -> None:
    assert refusal(call(signed(time=time)), later=later) == "signature_stale"


@PAY_12
@pytest.mark.parametrize(
    ("data_id", "request_id"), [("124", REQUEST), (None, REQUEST), ("123", "other"), ("123", None)]
)
def test_what_the_signature_covers_cannot_be_swapped(data_id: str | None, request_id: str | None) -> None:
    assert refusal(call(signed(), data_id=data_id, request_id=request_id)) == "signature_invalid"


@PAY_12
@given(st.integers(0, 10**14))
def test_the_signed_time_cannot_be_swapped(other: int) -> None:
    signature = signed().partition(",")[2]
    if other != MILLISECONDS:
        assert refusal(call(f"ts={other},{signature}")) == "signature_invalid"


@PAY_12
@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "signature_missing"),
        ("", "signature_missing"),
        ("nonsense", "signature_malformed"),
        (f"ts={SECONDS}", "signature_malformed"),
        ("v1=00", "signature_malformed"),
        ("ts=,v1=00", "signature_malformed"),
        ("ts=-5,v1=00", "signature_malformed"),
        ("ts=1e9,v1=00", "signature_malformed"),
        ("ts=١٢٣,v1=00", "signature_malformed"),
        ("ts=9999999999999999,v1=00", "signature_malformed"),
        (f"ts={SECONDS},ts={SECONDS},v1=00", "signature_malformed"),
        (f"ts={SECONDS}," + ",".join(["v1=00"] * 5), "signature_malformed"),
        (f"ts={SECONDS},v1=", "signature_invalid"),
        (f"ts={SECONDS},v1=ação\ud800", "signature_invalid"),
    ],
)
def test_a_header_that_is_none_is_refused_and_never_breaks(header: str | None, code: str) -> None:
    assert refusal(call(header)) == code


@PAY_12
@given(st.text(max_size=80), st.text(max_size=20), st.text(max_size=20))
def test_no_call_breaks_the_check(header: str, data_id: str, request_id: str) -> None:
    assert refusal(call(header, data_id=data_id, request_id=request_id)).startswith("signature_")


@PAY_12
@pytest.mark.parametrize("secrets", [(), ("",), ("REPLACE_ME", "")])
def test_without_a_secret_nobody_gets_in(secrets: tuple[str, ...], caplog: pytest.LogCaptureFixture) -> None:
    for guess in (*secrets, "", "REPLACE_ME"):
        assert refusal(call(signed(guess)), secrets=secrets) == "webhook_unconfigured"
    assert "MERCADO_PAGO_SECRET_NAME" in caplog.text
    assert "put-secret-value" in caplog.text


def test_the_secret_s_fields_give_both_signing_secrets() -> None:
    fields = {"access_token": "TEST-1", "webhook_secret": SECRET, "webhook_secret_previous": PREVIOUS}
    assert webhook_secrets(fields) == (SECRET, PREVIOUS)
    assert webhook_secrets({}) == ("", "")
