"""The whole application runs once through everything it does, and every right of every function is used (PLT-05).

A call without a right would be refused on AWS; a right without a call is one too many. The local stack cannot refuse,
so it records.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import requests

from local.stack.interceptors import Interception, Strike
from local.stack.options import StackOptions
from local.stack.providers import all_sandboxes
from local.stack.stack import Stack
from tests.infrastructure.policies import Comparison, compare, physical_names
from tests.infrastructure.stackview import StackView
from tests.shop import BUYER, Shop, wait_for

PARAMETERS = {"GeocodeAddresses": "true", "CardPollSeconds": "1,60"}


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    options = StackOptions(sandboxes=all_sandboxes(), parameters=PARAMETERS, redelivery=0)
    with Stack(options) as stack, requests.Session() as http:
        http.trust_env = False
        yield Shop(stack, http)


@pytest.fixture(scope="module")
def comparison(shop: Shop) -> Comparison:
    shop.ask("store", "GET", "/health", expect=200)
    sell(shop)
    keep_customers(shop)
    look_at_what_is_due(shop)
    sweep(shop)
    find_places(shop)
    keep_addresses(shop)
    recover_from_an_outage(shop)
    meet_poison(shop)
    view = StackView.of(**PARAMETERS)
    return compare(view, shop.stack.calls, physical_names(view, shop.stack.resource))


@pytest.mark.invariant("PLT-05")
@pytest.mark.timeout(240)
def test_every_call_has_its_right(comparison: Comparison) -> None:
    assert comparison.missing == []


@pytest.mark.invariant("PLT-05")
@pytest.mark.timeout(240)
def test_every_right_is_used(comparison: Comparison) -> None:
    assert comparison.unused == []


def sell(shop: Shop) -> None:
    """From the order to the receipt, and everything an operator may do."""
    shop.order("order-paid")
    shop.ask("store", "GET", "/orders/order-paid", expect=200)
    payment, secret = shop.checkout("order-paid")
    assert shop.checkout("order-paid") == (payment, secret), "a client's retry is the same payment"
    # The mailer dies after its first write, and reads it when the message comes back.
    shop.stack.intercept(Interception("SendgridWorkerFunction", Strike.KILL_AFTER, operation="PutItem"))
    shop.confirm(secret)
    shop.ask("buyer", "GET", f"/payments/{payment}", expect=200)
    shop.ask("buyer", "GET", "/payments?order_id=order-paid", expect=200)
    shop.ask("operator", "POST", f"/payments/{payment}/refunds", {"refund_id": "refund-1", "amount": 1000}, expect=202)
    authorized, secret = shop.checkout(shop.order("order-captured"), capture_method="manual")
    shop.confirm(secret)
    shop.ask("operator", "POST", f"/payments/{authorized}/captures", {"capture_id": "capture-1"}, expect=202)
    canceled, _ = shop.checkout(shop.order("order-canceled"))
    shop.ask("operator", "POST", f"/payments/{canceled}/cancel", {}, expect=202)
    shop.ask("operator", "POST", f"/payments/{canceled}/refresh", {}, expect=202)
    shop.stack.drain()


def keep_customers(shop: Shop) -> None:
    shop.ask("buyer", "POST", "/customers", {"user_id": BUYER, "email": "ana@example.com"}, expect=201)
    shop.ask("buyer", "GET", f"/customers/{BUYER}", expect=200)
    shop.ask("buyer", "GET", f"/customers/{BUYER}/payment-methods", expect=200)


def look_at_what_is_due(shop: Shop) -> None:
    """An unpaid checkout is due after the second that PARAMETERS say."""
    shop.checkout(shop.order("order-due"))
    wait_for(lambda: not shop.stack.run_schedule("PaymentsPollerFunction").failed and shop.has_called(*_CLAIM))
    shop.stack.drain()


def sweep(shop: Shop) -> None:
    """A row that the relay never saw: not marked for it, and due since long ago."""
    row = {
        "pk": "OUTBOX#evt_left",
        "sk": "OUTBOX",
        "event_id": "evt_left",
        "type": "order.registered",
        "source": "commerce.orders",
        "payload": json.dumps({"id": "evt_left"}),
        "due_shard": "outbox#0",
        "due_at": "2026-01-01T00:00:00.000Z",
    }
    item = {name: {"S": value} for name, value in row.items()}
    shop.stack.aws("dynamodb").put_item(TableName=shop.stack.resource("CommerceTable"), Item=item)
    assert not shop.stack.run_schedule("OutboxSweeperFunction").failed


def find_places(shop: Shop) -> None:
    """An address is found and found again; a saved one gets its place, and loses it when it leads nowhere."""
    for _ in range(2):
        shop.ask("buyer", "GET", "/geocode?address=Rua Augusta 1200, São Paulo", expect=200)
    for version, line1 in ((1, "Rua Augusta"), (2, "xyzzy")):
        address = {"line1": line1, "number": "1200", "city": "-", "country": "BR"}
        item = {"pk": "USER#user-1", "sk": "ADDR#adr_1", **address}
        fields = {"version": {"N": str(version)}, **{name: {"S": value} for name, value in item.items()}}
        shop.stack.aws("dynamodb").put_item(TableName=shop.stack.resource("AddressesTable"), Item=fields)
        data = {"user_id": "user-1", "address_id": "adr_1", "version": version, "country": "BR"}
        envelope = {"type": "address.saved", "version": 1, "correlation_id": "c", "data": data}
        shop.send("GeocodeQueue", {"detail-type": "address.saved", "detail": envelope})
        shop.stack.drain()


def keep_addresses(shop: Shop) -> None:
    """CEPs are looked up by the function for it and by the address book, each as the probe of a circuit."""
    _open_circuit(shop, "viacep", "ViacepFunction")
    shop.ask("buyer", "GET", "/addresses/cep/05010000", expect=200)
    _open_circuit(shop, "viacep", "AddressesFunction")
    home, path = {"country": "BR", "postal_code": "01310-100", "number": "10"}, f"/users/{BUYER}/addresses"
    first = shop.ask("buyer", "POST", path, home, expect=201)["address"]["address_id"]
    second = shop.ask("buyer", "POST", path, home, expect=201)["address"]["address_id"]
    shop.ask("buyer", "PUT", f"{path}/{first}", {**home, "number": "11"}, expect=200)
    shop.ask("buyer", "PUT", f"{path}/{second}/default", expect=200)
    shop.ask("buyer", "DELETE", f"{path}/{first}", expect=204)
    shop.ask("buyer", "GET", path, expect=200)
    shop.stack.drain()


def _open_circuit(shop: Shop, provider: str, function: str) -> None:
    """Opened long ago: the next call of the function, which has forgotten what it knew, is the probe that closes it."""
    circuit = {"name": {"S": provider}, "state": {"S": "OPEN"}, "opened_at": {"N": "1700000000"}}
    shop.stack.aws("dynamodb").put_item(TableName=shop.stack.resource("BreakersTable"), Item=circuit)
    shop.stack.kill(function)


def recover_from_an_outage(shop: Shop) -> None:
    _open_circuit(shop, "stripe", "StripeWorkerFunction")
    payment, _ = shop.checkout(shop.order("order-outage"))
    shop.ask("operator", "POST", f"/payments/{payment}/cancel", {}, expect=202)
    shop.stack.drain()


def meet_poison(shop: Shop) -> None:
    """Messages that nobody can work are put off, and come back later."""
    shop.send("StripeQueue", {"kind": "nonsense", "correlation_id": "c"})
    shop.send("EmailQueue", {"detail-type": "order.paid", "detail": {}})
    shop.send("GeocodeQueue", {"detail-type": "address.saved", "detail": {}})
    workers = ("StripeWorkerFunction", "SendgridWorkerFunction", "GoogleMapsWorkerFunction")
    wait_for(lambda: all(shop.has_called(worker, "sqs:ChangeMessageVisibility") for worker in workers))


_CLAIM = ("PaymentsPollerFunction", "dynamodb:UpdateItem")
