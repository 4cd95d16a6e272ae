"""Every domain event that the code can publish fits its schema in contracts/events/."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from commerce.addresses.book_model import UNCHECKED, AddressFields, SavedAddress
from commerce.addresses.events import address_event
from commerce.orders.events import order_event
from commerce.payments.events import payment_event
from commerce.payments.gateways.stripe.notices import METHOD_NOTICES, PAYMENT_NOTICES
from commerce.payments.status import PaymentStatus
from commerce.payments.transition import Fact
from commerce.platform.clock import ManualClock
from commerce.platform.dynamodb import unmarshal
from commerce.platform.ids import RandomIds, derived_id
from commerce.platform.outbox import DomainEvent, outbox_put
from tests.builders import NOW, PRICE, paid

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = {path.name.split(".")[0]: json.loads(path.read_text()) for path in (ROOT / "contracts/events").glob("*.json")}
SOURCES = ROOT / "layers/commerce/commerce/payments"


def envelope(event: DomainEvent) -> dict[str, Any]:
    entry = outbox_put(event, "table", clock=ManualClock(NOW), ids=RandomIds(), correlation_id="req-1")
    payload: dict[str, Any] = json.loads(unmarshal(entry["Put"]["Item"])["payload"])
    return payload


def check(event: DomainEvent) -> None:
    schema = SCHEMAS[event.type.split(".")[0]]
    Draft202012Validator(schema).validate(envelope(event))
    assert schema["x-source"] == event.source


def facts_in_the_code() -> set[str]:
    text = "\n".join(path.read_text() for path in SOURCES.rglob("*.py"))
    return set(re.findall(r'"(payment\.[a-z_]+)"', text))


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_the_schemas_are_schemas(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)


@pytest.mark.invariant("PLT-01")
def test_every_fact_that_the_code_names_is_in_the_schema() -> None:
    known = set(SCHEMAS["payment"]["properties"]["type"]["enum"])
    statuses = {f"payment.{status.value}" for status in PaymentStatus}

    assert facts_in_the_code() - statuses <= known
    assert statuses - {"payment.disputed"} <= known


@pytest.mark.parametrize("fact", sorted(facts_in_the_code()))
def test_a_payments_event_fits(fact: str) -> None:
    data = {"refund_id": "r1", "refund_amount": 500} if "refund_" in fact else {}
    check(payment_event(Fact(fact, data), paid()))


@pytest.mark.parametrize("kind", SCHEMAS["order"]["properties"]["type"]["enum"])
def test_an_orders_event_fits(kind: str) -> None:
    settled: dict[str, Any] = {}
    if kind not in ("order.registered", "order.updated"):
        settled = {"payment_id": "pay_1", "paid_amount": 9_000}
    check(order_event(kind, order_id="order-1", user_id="user-1", money=PRICE, **settled))


@pytest.mark.parametrize("kind", sorted(METHOD_NOTICES.values()))
def test_a_saved_methods_event_fits(kind: str) -> None:
    check(DomainEvent(kind, "commerce.payments", {"provider": "stripe", "provider_ref": "seti_1"}))


@pytest.mark.parametrize("kind", SCHEMAS["address"]["properties"]["type"]["enum"])
def test_an_addresses_event_fits(kind: str) -> None:
    fields = AddressFields("BR", "05010-000", "Rua Caiubi")
    address_id = derived_id("addr", "user-1", "key-1")
    check(address_event(kind, SavedAddress(address_id, "user-1", 1, fields, UNCHECKED, NOW, NOW)))


def test_a_providers_notice_is_a_fact_of_a_payment() -> None:
    assert set(PAYMENT_NOTICES.values()) <= set(SCHEMAS["payment"]["properties"]["type"]["enum"])


@pytest.mark.invariant("AUT-04")
def test_no_event_has_room_for_who_the_buyer_is() -> None:
    for schema in SCHEMAS.values():
        data = schema["properties"]["data"]
        assert data["additionalProperties"] is False
        assert not {"email", "phone", "name", "tax_id", "address"} & set(data["properties"])
