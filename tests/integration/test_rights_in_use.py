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
from tests.integration.paying_every_way import (
    change_ones_mind,
    check_out,
    look_at_every_provider,
    open_circuit,
    pay_by_boleto,
    pay_by_pix,
    pay_with_paypal,
)
from tests.shop import BUYER, Shop, wait_for

PARAMETERS = {"GeocodeAddresses": "true", "CardPollSeconds": "1,60"}
OTHER_GATEWAYS = {"PixGateway": "mercado_pago", "BoletoGateway": "brazil_payments"}
OF_OTHER_GATEWAYS = "BrazilPaymentsWorkerFunction"
CHANGED_BY_THE_CHOICE = ("PixApiFunction", "BoletoApiFunction", OF_OTHER_GATEWAYS)
POISON = {"kind": "nonsense", "correlation_id": "c"}


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
    pay_with_paypal(shop)
    pay_by_pix(shop)
    pay_by_boleto(shop, "mercado_pago", "MercadoPagoWorkerFunction")
    change_ones_mind(shop)
    look_at_every_provider(shop, *(check_out(shop, method, f"due-{method}") for method in ("paypal", "pix", "boleto")))
    meet_poison(shop)
    return compared(shop, PARAMETERS)


@pytest.fixture(scope="module")
def otherwise() -> Iterator[Comparison]:
    """The same checkouts over other gateways."""
    options = StackOptions(sandboxes=all_sandboxes(mail_folder=None), parameters=OTHER_GATEWAYS, redelivery=0)
    with Stack(options) as stack, requests.Session() as http:
        http.trust_env = False
        shop = Shop(stack, http)
        check_out(shop, "pix", "pix-otherwise")
        pay_by_boleto(shop, "brazil_payments", "BrazilPaymentsWorkerFunction")
        for method, other in (("pix", "boleto"), ("boleto", "pix")):
            order_id = f"{method}-then-{other}"
            check_out(shop, method, order_id)
            answer = shop.request("buyer", BUYER, "POST", f"/checkout/{other}", {"order_id": order_id})
            assert answer.status_code == 409, answer.text
            stack.drain()
        shop.send("BrazilPaymentsQueue", POISON)
        wait_for(lambda: shop.has_called("BrazilPaymentsWorkerFunction", "sqs:ChangeMessageVisibility"))
        yield compared(shop, OTHER_GATEWAYS)


def compared(shop: Shop, parameters: dict[str, str]) -> Comparison:
    view = StackView.of(**parameters)
    return compare(view, shop.stack.calls, physical_names(view, shop.stack.resource))


@pytest.mark.invariant("PLT-05")
@pytest.mark.timeout(240)
def test_every_call_has_its_right(comparison: Comparison) -> None:
    assert comparison.missing == []


@pytest.mark.invariant("PLT-05")
@pytest.mark.timeout(240)
def test_every_right_is_used(comparison: Comparison) -> None:
    assert [line for line in comparison.unused if not line.startswith(OF_OTHER_GATEWAYS)] == []


@pytest.mark.invariant("PLT-05")
@pytest.mark.timeout(240)
def test_so_it_is_over_other_gateways(otherwise: Comparison) -> None:
    assert otherwise.missing == []
    assert [line for line in otherwise.unused if line.startswith(CHANGED_BY_THE_CHOICE)] == []


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
    # An answer that is not certain takes back what was kept.
    shop.ask("buyer", "GET", "/geocode?address=Rua Augusta 1200 xyzzy, São Paulo", expect=200)
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
    open_circuit(shop, "viacep", "ViacepFunction")
    shop.ask("buyer", "GET", "/addresses/cep/05010000", expect=200)
    open_circuit(shop, "viacep", "AddressesFunction")
    home, path = {"country": "BR", "postal_code": "01310-100", "number": "10"}, f"/users/{BUYER}/addresses"
    first = shop.ask("buyer", "POST", path, home, expect=201)["address"]["address_id"]
    second = shop.ask("buyer", "POST", path, home, expect=201)["address"]["address_id"]
    shop.ask("buyer", "PUT", f"{path}/{first}", {**home, "number": "11"}, expect=200)
    shop.ask("buyer", "PUT", f"{path}/{second}/default", expect=200)
    shop.ask("buyer", "DELETE", f"{path}/{first}", expect=204)
    shop.ask("buyer", "GET", path, expect=200)
    shop.stack.drain()


def recover_from_an_outage(shop: Shop) -> None:
    open_circuit(shop, "stripe", "StripeWorkerFunction")
    payment, _ = shop.checkout(shop.order("order-outage"))
    shop.ask("operator", "POST", f"/payments/{payment}/cancel", {}, expect=202)
    shop.stack.drain()


def meet_poison(shop: Shop) -> None:
    """Messages that nobody can work are put off, and come back later."""
    for queue in ("StripeQueue", "PaypalQueue", "PixQueue", "MercadoPagoQueue"):
        shop.send(queue, POISON)
    shop.send("EmailQueue", {"detail-type": "order.paid", "detail": {}})
    shop.send("GeocodeQueue", {"detail-type": "address.saved", "detail": {}})
    providers = ("Stripe", "Paypal", "Pix", "MercadoPago", "Sendgrid", "GoogleMaps")
    workers = [f"{provider}WorkerFunction" for provider in providers]
    wait_for(lambda: all(shop.has_called(worker, "sqs:ChangeMessageVisibility") for worker in workers))


_CLAIM = ("PaymentsPollerFunction", "dynamodb:UpdateItem")
