"""The same two checkouts over whichever gateway the deployment names: nothing of the shop's code changes with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from commerce.payments.boleto.codes import parse_line
from commerce.payments.pix.brcode import parse_brcode
from commerce.platform.money import Money
from local.stack.options import StackOptions
from local.stack.providers import all_sandboxes
from local.stack.stack import Stack
from tests.buyers import pay, provider_ref
from tests.shop import Shop

PRICE = Money(5000, "BRL")
CHOICES = [
    {"PixGateway": "mercado_pago", "BoletoGateway": "stripe"},
    {"PixGateway": "stripe", "BoletoGateway": "brazil_payments"},
    {"PixGateway": "brazil_payments", "BoletoGateway": "mercado_pago"},
    {"PixGateway": "static", "BoletoGateway": "mercado_pago"},
]
WITHOUT_WEBHOOKS = "brazil_payments"


@pytest.fixture(scope="module", params=CHOICES, ids=lambda choice: f"{choice['PixGateway']}-{choice['BoletoGateway']}")
def chosen(request: pytest.FixtureRequest) -> Iterator[tuple[Shop, dict[str, str]]]:
    choice: dict[str, str] = request.param
    options = StackOptions(sandboxes=all_sandboxes(mail_folder=None), parameters=choice, redelivery=1)
    with Stack(options) as stack, requests.Session() as http:
        http.trust_env = False
        yield Shop(stack, http), choice


def hear(shop: Shop, gateway: str, payment_id: str) -> str:
    """The payment's state when the provider's word has come; one that sends no webhooks is asked."""
    if gateway == WITHOUT_WEBHOOKS:
        shop.ask("operator", "POST", f"/payments/{payment_id}/refresh", expect=202)
    shop.stack.drain()
    found: str = shop.ask("buyer", "GET", f"/payments/{payment_id}", expect=200)["payment"]["status"]
    return found


@pytest.mark.invariant("PAY-05", "PAY-20")
def test_a_pix_over_the_chosen_gateway(chosen: tuple[Shop, dict[str, str]]) -> None:
    shop, choice = chosen
    gateway = choice["PixGateway"]
    shop.order("chosen-pix")
    opened = shop.ask("buyer", "POST", "/checkout/pix", {"order_id": "chosen-pix"}, expect=201)
    payment = opened["payment"]
    assert payment["provider"] == ("static_pix" if gateway == "static" else gateway)
    assert opened["pix"]["needs_confirmation"] is (gateway == "static")
    assert parse_brcode(opened["pix"]["code"]).amount in (None, PRICE)
    if gateway == "static":
        found = {
            "receipt_ref": "E00000000202611241200abcdefghijk",
            "amount": PRICE.amount,
            "received_at": payment["created_at"],
        }
        shop.ask("operator", "POST", f"/payments/{payment['payment_id']}/confirmations", found, expect=202)
    else:
        pay(shop, payment["payment_id"])
    assert hear(shop, gateway, payment["payment_id"]) == "paid"
    assert shop.ask("store", "GET", "/orders/chosen-pix", expect=200)["status"] == "paid"


@pytest.mark.invariant("PAY-05", "PAY-21")
def test_a_boleto_over_the_chosen_gateway(chosen: tuple[Shop, dict[str, str]]) -> None:
    shop, choice = chosen
    gateway = choice["BoletoGateway"]
    shop.order("chosen-boleto")
    opened = shop.ask("buyer", "POST", "/checkout/boleto", {"order_id": "chosen-boleto"}, expect=201)
    payment, boleto = opened["payment"], opened["boleto"]
    assert payment["provider"] == gateway
    printed = parse_line(boleto["digitable_line"])
    assert (printed.amount, printed.barcode) == (PRICE, boleto["barcode"])
    pay(shop, payment["payment_id"])
    seen = hear(shop, gateway, payment["payment_id"])
    assert seen == ("processing" if gateway == "stripe" else "paid")
    if gateway == "stripe":
        # Stripe tells of the money on the next business day.
        shop.stack.sandbox("stripe").world.complete(provider_ref(shop, payment["payment_id"]))
        assert hear(shop, gateway, payment["payment_id"]) == "paid"
    assert shop.ask("store", "GET", "/orders/chosen-boleto", expect=200)["status"] == "paid"
