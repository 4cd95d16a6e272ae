"""What must never reach a log line, and what must."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.platform.redaction import REDACTED, redacted, redacted_text, redacted_values, suspicious

PRIVATE = [
    "maria.silva+loja@example.com.br",
    "maria%40example.com",
    "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
    "rk_live_51abcdefghij",
    "pk_test_51abcdefghij",
    "whsec_C2FVsBQIhrscChlQIMV",
    "SG.abcdefgh.ijklmnop",
    "AIzaSyExample-0123456789",
    "pi_3MtwBw_secret_YrKJUKribcBjcG8HVhfZluoGH",
    "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1In0.c2lnbmF0dXJl",
    "Bearer abc.def-ghi",
    "bearer  0123456789abcdef",
    "Basic dXNlcjpwYXNz",
    "4242424242424242",
    "4242 4242 4242 4242",
    "5555-5555-5555-4444",
    "378282246310005",
    "529.982.247-25",
    "52998224725",
    "11.222.333/0001-81",
    "11222333000181",
    "12.ABC.345/01DE-35",
    "TEST-1234567890123456-112411-0123456789abcdef0123456789abcdef-123456789",
    "APP_USR-1234567890123456-112411-0123456789abcdef",
    "A21AAFEpH4PsADK7qSS7pSRsgzfENtu-Q1ysgEDVDESseMHBYXVJYE8ovjj68elIDy8nF26AwPhfXTIeWAZHSLIsQkSYz9ifg",
    "-----BEGIN PRIVATE KEY----- MIGHAgEAMBMGByqGSM49 -----END PRIVATE KEY-----",
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d3-a456-4266554400005204000053039865802BR5906Fulano63041D3D",
    "+5511987654321",
    "+55 (11) 98765-4321",
]

HARMLESS = [
    "pi_3MtwBwLkdIwHu7ix28a3tqPa",
    "evt_kq3b7xw2n5c4m6p8",
    "3b3c1b3e-7d4b-4c57-9a0c-1d2f7a1c9e42",
    "1-5759e988-bd862e3fe1be46a994272793",
    "2026-11-24T07:28:53.181+00:00",
    "1732430000",
    "payment_intent.succeeded",
    "order-12345",
    "latest-2026",
    "cae61a40f9c72985e28e807ee6eca713",
    "E99999004202611241200sampleE2E01",
    "amount 199900 BRL",
    "12345678901",
    "PUT /orders/{order_id}",
]


@pytest.mark.invariant("AUT-04")
@pytest.mark.parametrize("text", PRIVATE)
@pytest.mark.parametrize("frame", ["{}", '{{"reason":"{}"}}', "no {} here", "({})", "a={}&b=1"])
def test_private_values_go(text: str, frame: str) -> None:
    line = redacted_text(frame.format(text))
    assert text not in line
    assert REDACTED in line
    assert suspicious(frame.format(text))


@pytest.mark.parametrize("text", HARMLESS)
@pytest.mark.parametrize("frame", ["{}", '{{"id":"{}"}}', "no {} here"])
def test_ids_times_and_amounts_stay(text: str, frame: str) -> None:
    assert redacted_text(frame.format(text)) == frame.format(text)


@pytest.mark.invariant("AUT-04")
def test_keys_name_what_has_no_shape() -> None:
    fields = {
        "code": "card_declined",
        "Authorization": "x",
        "Stripe-Signature": "t=1,v1=ff",
        "clientSecret": "z",
        "buyer": {"name": "Maria"},
        "webhook_secret": "y",
        "items": [{"sku": "a", "tax_id": "z"}],
        "deep": {"er": ({"otp": "123456"},)},
        "pix_key": "9d36b84f-c70b-478f-b95c-12729b90ca25",
        "pix_key_previous": "c0ffee00-1111-4222-8333-444455556666",
        "amount": 100,
    }
    assert redacted(fields) == {
        "code": "card_declined",
        "Authorization": REDACTED,
        "Stripe-Signature": REDACTED,
        "clientSecret": REDACTED,
        "buyer": REDACTED,
        "webhook_secret": REDACTED,
        "items": [{"sku": "a", "tax_id": REDACTED}],
        "deep": {"er": [{"otp": REDACTED}]},
        "pix_key": REDACTED,
        "pix_key_previous": REDACTED,
        "amount": 100,
    }


def luhn(digits: str) -> str:
    total = sum(sum(divmod(2 * int(d), 10)) if i % 2 == 0 else int(d) for i, d in enumerate(reversed(digits)))
    return digits + str(-total % 10)


@pytest.mark.invariant("AUT-04")
@given(st.text("0123456789", min_size=12, max_size=18).map(luhn))
def test_every_card_number_goes(number: str) -> None:
    assert redacted_text(f'{{"reason":"card {number} was declined"}}') == f'{{"reason":"card {REDACTED} was declined"}}'


def cpf(digits: str) -> str:
    for length in (9, 10):
        rest = sum(int(d) * (length + 1 - i) for i, d in enumerate(digits)) * 10 % 11 % 10
        digits += str(rest)
    return digits


@pytest.mark.invariant("AUT-04")
@given(st.text("0123456789", min_size=9, max_size=9).map(cpf), st.booleans())
def test_every_cpf_goes(digits: str, dotted: bool) -> None:
    text = f"{digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:]}" if dotted else digits
    assert text not in redacted_text(f"tax id {text}")


@pytest.mark.invariant("AUT-04")
def test_private_shapes_go_from_keys_lists_and_numbers_too() -> None:
    value = {"maria@example.com": [4242424242424242, "+5511987654321", (52998224725, 12, True, None, 1.5)]}
    assert redacted_values(value) == {REDACTED: [REDACTED, REDACTED, [REDACTED, 12, True, None, 1.5]]}


@pytest.mark.invariant("AUT-04")
@given(st.text(max_size=200) | st.text("+0123456789 ./-@_skSG.eyJ", max_size=60))
def test_what_is_not_suspicious_holds_nothing_to_take_out(text: str) -> None:
    assert suspicious(text) or redacted_text(text) == text
