"""events/ of PayPal, Pix, boleto and their gateways: each function takes its samples, and they fit together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commerce.platform.clock import ManualClock
from commerce.platform.ids import derived_id
from tests.application import Application, application
from tests.contract.test_sample_events import SIGNED_AT, sample

PROVIDERS = ("paypal", "bacen", "static_pix", "mercado_pago", "brazil_payments")
METHODS = {"paypal": "approve_url", "pix": "pix", "boleto": "boleto"}
WORKERS = {
    "paypal": ("PaypalWorkerFunction", "paypal"),
    "pix": ("PixWorkerFunction", "pix"),
    "mercado_pago": ("MercadoPagoWorkerFunction", "boleto"),
}


def aimed(name: str, order_id: str) -> dict[str, Any]:
    """A sample of order-1001 and its payments, told of another order."""
    text = json.dumps(sample(name)).replace("order-1001", order_id)
    for provider in PROVIDERS:
        text = text.replace(payment_of(provider, "order-1001"), payment_of(provider, order_id))
    event: dict[str, Any] = json.loads(text)
    return event


def payment_of(provider: str, order_id: str) -> str:
    return derived_id("pay", "CommerceTable", provider, order_id, 1)


def message(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sample(name)["Records"][0]["body"])
    return found


@pytest.fixture(scope="module")
def running() -> Iterator[Application]:
    """A store with one order for each method, its checkout open, by the samples themselves."""
    with application() as started:
        for method in METHODS:
            registered = started.invoke("OrdersFunction", aimed("orders/http", f"sample-{method}"))
            assert registered["statusCode"] == 201, registered
            opened = started.invoke(f"{method.title()}ApiFunction", aimed(f"{method}/http", f"sample-{method}"))
            assert opened["statusCode"] == 201, opened
        yield started


@pytest.mark.parametrize("method", METHODS)
def test_a_checkout_answers_with_what_its_buyer_goes_on_with(running: Application, method: str) -> None:
    again = running.invoke(f"{method.title()}ApiFunction", aimed(f"{method}/http", f"sample-{method}"))
    body = json.loads(again["body"])
    assert (again["statusCode"], body["payment"]["status"]) == (201, "action_required")
    assert body[METHODS[method]]


def test_the_buyer_comes_back_from_paypal(running: Application) -> None:
    event = aimed("paypal/http-capture", "sample-paypal")
    early = running.invoke("PaypalApiFunction", event)
    assert (early["statusCode"], json.loads(early["body"])["error"]["code"]) == (409, "payment_not_approved")
    (order,) = running.sandboxes["paypal"].state.orders
    running.sandboxes["paypal"].world.approve(order["id"])
    assert json.loads(running.invoke("PaypalApiFunction", event)["body"])["payment"]["status"] == "paid"


@pytest.mark.invariant("PAY-12")
def test_paypals_webhook_is_queued_when_it_is_signed_and_not_otherwise(running: Application) -> None:
    event = sample("paypal/function-url")
    assert running.invoke("PaypalWebhookFunction", event)["statusCode"] == 401, "no certificate proves it"
    signed = running.sandboxes["paypal"].state.signature.headers(event["body"].encode(), datetime.now(UTC))
    event["headers"] |= {name.lower(): value for name, value in signed.items()}
    running.queued("PaypalQueue")
    assert running.invoke("PaypalWebhookFunction", event)["statusCode"] == 200
    assert running.queued("PaypalQueue") == [message("paypal/sqs-event")]


@pytest.mark.invariant("PAY-12")
def test_the_banks_webhook_is_queued_by_the_secret_in_its_path(running: Application) -> None:
    event = sample("pix/function-url")
    running.queued("PixQueue")
    assert running.invoke("PixWebhookFunction", event)["statusCode"] == 200
    assert running.queued("PixQueue") == [message("pix/sqs-event")]
    assert running.invoke("PixWebhookFunction", {**event, "rawPath": "/"})["statusCode"] == 401


@pytest.mark.invariant("PAY-12")
def test_mercado_pagos_webhook_is_genuine_and_old_a_day_later(running: Application) -> None:
    module = running.module("MercadoPagoWebhookFunction")
    object.__setattr__(module.webhook, "clock", ManualClock(SIGNED_AT))
    assert running.invoke("MercadoPagoWebhookFunction", sample("mercado_pago/function-url"))["statusCode"] == 200
    object.__setattr__(module.webhook, "clock", ManualClock(SIGNED_AT + timedelta(days=1)))
    answer = running.invoke("MercadoPagoWebhookFunction", sample("mercado_pago/function-url"))
    assert (answer["statusCode"], json.loads(answer["body"])["error"]["code"]) == (401, "signature_stale")


@pytest.mark.parametrize("folder", WORKERS)
@pytest.mark.parametrize("kind", ["command", "poll"])
def test_a_worker_carries_out_commands_and_looks(running: Application, folder: str, kind: str) -> None:
    function, method = WORKERS[folder]
    event = aimed(f"{folder}/sqs-{kind}", f"sample-{method}")
    assert running.invoke(function, event) == {"batchItemFailures": []}


@pytest.mark.invariant("PAY-15")
@pytest.mark.parametrize(
    ("function", "name"),
    [
        ("PaypalWorkerFunction", "paypal/sqs-event"),
        ("PixWorkerFunction", "pix/sqs-event"),
        ("PixWorkerFunction", "pix/sqs-poll-static"),
        ("MercadoPagoWorkerFunction", "mercado_pago/sqs-event"),
        ("BrazilPaymentsWorkerFunction", "brazil_payments/sqs-poll"),
        ("BrazilPaymentsWorkerFunction", "brazil_payments/sqs-command"),
    ],
)
def test_what_nobody_knows_comes_back_later(running: Application, function: str, name: str) -> None:
    event = sample(name)
    assert running.invoke(function, event)["batchItemFailures"] == [
        {"itemIdentifier": event["Records"][0]["messageId"]}
    ]
