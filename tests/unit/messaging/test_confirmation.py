from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from commerce.messaging.confirmation import Line, PaidWith
from commerce.platform.errors import Unprocessable
from commerce.platform.money import Money
from tests.unit.messaging.samples import CONFIRMATION, confirmation


def test_what_the_items_do_not_explain_is_an_adjustment() -> None:
    assert CONFIRMATION.items_total == 2 * 4290 + 11900
    assert CONFIRMATION.adjustments == 1900


def test_an_order_paid_in_another_currency_is_not_confirmed() -> None:
    with pytest.raises(Unprocessable) as refused:
        confirmation(paid=Money(22380, "USD"))
    assert refused.value.code == "currency_mismatch"


@pytest.mark.invariant("MSG-01")
def test_the_key_is_the_same_for_every_delivery_of_the_event() -> None:
    first, again = CONFIRMATION.request("cor_1"), CONFIRMATION.request("cor_2")
    assert first.message_id == again.message_id
    assert first.fingerprint == again.fingerprint
    assert confirmation(order_id="order-2043").request().message_id != first.message_id


@pytest.mark.invariant("MSG-01")
@pytest.mark.parametrize(
    "change",
    [
        {"buyer_email": "eve@example.com"},
        {"buyer_name": "Eve"},
        {"locale": "en"},
        {"total": Money(22381, "BRL")},
        {"paid": Money(22379, "BRL")},
        {"lines": (Line("CAF-250", "Café da Serra", 4290, 3),)},
        {"destination": replace(CONFIRMATION.destination, number="1509")},
        {"paid_with": PaidWith("card", "visa", "4243")},
        {"paid_with": None},
    ],
)
def test_any_other_content_has_another_fingerprint_under_the_same_key(change: dict[str, Any]) -> None:
    changed, known = confirmation(**change).request(), CONFIRMATION.request()
    assert changed.message_id == known.message_id
    assert changed.fingerprint != known.fingerprint
