from __future__ import annotations

from typing import Any

import pytest

from commerce.messaging.confirmation import PaidWith
from commerce.messaging.events import order_paid
from commerce.platform.errors import BadRequest, IntegrationError
from commerce.platform.money import Money
from tests.unit.messaging.samples import NOW


def bus_event(**changes: Any) -> dict[str, Any]:
    """An event of the bus as a rule puts it into SQS; changes of `data` go by the name of the field."""
    envelope: dict[str, Any] = {
        name: changes.pop(name) for name in ("id", "type", "version", "occurred_at") if name in changes
    }
    data: dict[str, Any] = {
        "order_id": "order-2042",
        "user_id": "user-1",
        "payment_id": "pay_1",
        "amount": 22380,
        "paid_amount": 22380,
        "currency": "BRL",
    }
    detail: dict[str, Any] = {
        "id": "evt_1",
        "type": "order.paid",
        "version": 1,
        "occurred_at": "2026-11-24T17:42:00.000Z",
        "correlation_id": "cor_1",
        "data": {**data, **changes},
        **envelope,
    }
    return {"version": "0", "id": "x", "detail-type": "order.paid", "source": "commerce.orders", "detail": detail}


def test_the_envelope_lies_under_detail() -> None:
    paid = order_paid(bus_event())
    assert (paid.event_id, paid.order_id, paid.correlation_id) == ("evt_1", "order-2042", "cor_1")
    assert paid.money == Money(22380, "BRL")
    assert paid.occurred_at == NOW
    assert paid.paid_with is None


def test_the_payment_method_is_read_when_the_event_names_it() -> None:
    paid = order_paid(bus_event(payment_method={"kind": "card", "brand": "visa", "last4": "4242"}))
    assert paid.paid_with == PaidWith("card", "visa", "4242")
    assert order_paid(bus_event(payment_method={"kind": "pix"})).paid_with == PaidWith("pix")


@pytest.mark.parametrize("change", [{"type": "order.refunded"}, {"version": 2}, {"version": None}])
def test_another_event_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadRequest) as refused:
        order_paid(bus_event(**change))
    assert refused.value.code == "unexpected_event"


@pytest.mark.invariant("PLT-02")
@pytest.mark.parametrize(
    "change",
    [
        {"order_id": ""},
        {"order_id": 7},
        {"paid_amount": "22380"},
        {"paid_amount": 22380.0},
        {"paid_amount": True},
        {"currency": "REAIS"},
        {"currency": None},
        {"occurred_at": "yesterday"},
        {"occurred_at": 5},
        {"payment_method": "card"},
        {"payment_method": {"kind": 1}},
    ],
)
def test_a_wrong_field_is_a_definite_error(change: dict[str, Any]) -> None:
    with pytest.raises(IntegrationError):
        order_paid(bus_event(**change))


@pytest.mark.parametrize("body", [{}, {"detail": None}, {"detail": "text"}, {"detail": []}])
def test_a_message_without_an_envelope_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(BadRequest) as refused:
        order_paid(body)
    assert refused.value.code == "malformed_event"


def test_an_envelope_without_data_is_refused() -> None:
    body = bus_event()
    del body["detail"]["data"]
    with pytest.raises(BadRequest):
        order_paid(body)
