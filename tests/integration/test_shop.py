"""The whole application on the local stack, from the order to the receipt, when everything happens at once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from local.redrive.moves import Route, move_by_hand
from local.sandboxes.kernel.webhooks import WebhookMode
from local.stack.interceptors import Interception, Strike
from local.stack.options import StackOptions
from local.stack.providers import all_sandboxes
from local.stack.stack import Stack
from tests.shop import Shop, wait_for

CHARGED = 5000


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    options = StackOptions(
        sandboxes=all_sandboxes(), parameters={"CardPollSeconds": "1,2,4,8,3600"}, redelivery=1, concurrency=6
    )
    with Stack(options) as stack, requests.Session() as http:
        http.trust_env = False
        yield Shop(stack, http)


def books(shop: Shop, order_id: str) -> dict[str, Any]:
    answer = shop.http.get(f"{shop.stack.sandbox('stripe').url}/_sandbox/books", timeout=10).json()
    assert answer["violations"] == []
    found: dict[str, Any] = answer["orders"].get(order_id, {"charges": [], "captured": 0, "refunded": 0})
    return found


def payment(shop: Shop, payment_id: str) -> dict[str, Any]:
    found: dict[str, Any] = shop.ask("operator", "GET", f"/payments/{payment_id}", expect=200)["payment"]
    return found


def mails(shop: Shop, order_id: str) -> int:
    state = shop.stack.sandbox("sendgrid").state
    return len(state.for_order(order_id))


@pytest.mark.invariant("PAY-01", "PAY-02", "PAY-17")
@pytest.mark.timeout(120)
def test_twenty_checkouts_of_one_order_at_once_are_one_charge(shop: Shop) -> None:
    shop.order("order-rush")

    def click(number: int) -> requests.Response:
        with requests.Session() as http:
            http.trust_env = False
            own = Shop(shop.stack, http)
            return own.request(
                "buyer", "buyer-1", "POST", "/checkout/card", {"order_id": "order-rush"}, key=f"k{number}"
            )

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(click, range(20)))

    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) <= {200, 201, 409}, statuses
    assert all(answer.json()["error"]["retryable"] for answer in answers if answer.status_code == 409)
    secrets = {answer.json()["client_secret"] for answer in answers if answer.status_code != 409}
    assert len(secrets) == 1
    for secret in secrets:
        shop.confirm(secret)
    assert len(books(shop, "order-rush")["charges"]) == 1
    assert books(shop, "order-rush")["payment_intents"] == 1


@pytest.mark.invariant("PAY-13", "PLT-01", "MSG-01")
@pytest.mark.timeout(120)
def test_webhooks_three_times_and_out_of_order_are_one_receipt(shop: Shop) -> None:
    stripe = shop.stack.sandbox("stripe")
    payment_id, secret = shop.checkout(shop.order("order-storm"))
    stripe.sandbox.webhooks.set_mode(WebhookMode.DUPLICATE)
    shop.confirm(secret)
    stripe.sandbox.webhooks.set_mode(WebhookMode.DELIVER)
    for event in shop.http.get(f"{stripe.url}/v1/events", auth=("sk_test_sandbox", ""), timeout=10).json()["data"][:3]:
        shop.http.post(f"{stripe.url}/_sandbox/events/{event['id']}/resend", json={}, timeout=10)
    shop.stack.drain()

    facts = Counter(fact for entry in payment(shop, payment_id)["timeline"] for fact in entry["facts"])
    assert facts["payment.paid"] == 1
    assert mails(shop, "order-storm") == 1


@pytest.mark.invariant("PLT-01", "PLT-03", "MSG-02")
@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("function", "operation", "strike"),
    [
        ("StripeWorkerFunction", "TransactWriteItems", Strike.KILL_BEFORE),
        ("StripeWorkerFunction", "TransactWriteItems", Strike.KILL_AFTER),
        ("StripeWebhookFunction", "SendMessage", Strike.KILL_BEFORE),
        ("StripeWebhookFunction", "SendMessage", Strike.KILL_AFTER),
        ("OutboxRelayFunction", "PutEvents", Strike.KILL_BEFORE),
        ("OutboxRelayFunction", "PutEvents", Strike.KILL_AFTER),
        ("OutboxRelayFunction", "BatchWriteItem", Strike.KILL_BEFORE),
        ("SendgridWorkerFunction", "PutItem", Strike.KILL_BEFORE),
        ("SendgridWorkerFunction", "GetItem", Strike.KILL_BEFORE),
    ],
)
def test_a_process_that_is_killed_anywhere_leaves_one_charge_and_one_receipt(
    shop: Shop, function: str, operation: str, strike: Strike
) -> None:
    order_id = f"order-{function}-{operation}-{strike}".lower().replace("_", "-")[:64]
    payment_id, secret = shop.checkout(shop.order(order_id))
    shop.stack.drain()
    shop.stack.intercept(Interception(function, strike, operation=operation))

    shop.confirm(secret)
    shop.stack.drain(60)

    assert payment(shop, payment_id)["status"] == "paid"
    assert len(books(shop, order_id)["charges"]) == 1
    assert mails(shop, order_id) == 1


@pytest.mark.invariant("PLT-02", "PAY-15")
@pytest.mark.timeout(180)
def test_a_poison_message_fails_alone_lands_in_the_dead_letters_and_comes_back(shop: Shop) -> None:
    sqs = shop.stack.aws("sqs")
    dead_letters = shop.stack.resource("StripeDeadLetters")
    shop.send("StripeQueue", {"kind": "nonsense", "correlation_id": "poison-1"})
    payment_id, secret = shop.checkout(shop.order("order-beside-poison"))

    shop.http.post(
        f"{shop.stack.sandbox('stripe').url}/v1/payment_intents/{secret.partition('_secret_')[0]}/confirm",
        data={"client_secret": secret, "payment_method": "pm_card_visa", "return_url": "https://store.example"},
        auth=("pk_test_sandbox", ""),
        timeout=10,
    )
    wait_for(lambda: payment(shop, payment_id)["status"] == "paid")
    wait_for(lambda: _depth(sqs, dead_letters) == 1)

    letter = sqs.receive_message(QueueUrl=dead_letters, VisibilityTimeout=0)["Messages"][0]
    assert json.loads(letter["Body"])["correlation_id"] == "poison-1"
    route = Route.of(shop.stack.options.stack_name, "stripe")
    assert move_by_hand(sqs, route, lambda _: None) == 1
    wait_for(lambda: _depth(sqs, dead_letters) == 1)
    sqs.purge_queue(QueueUrl=dead_letters)


def _depth(sqs: Any, queue_url: str) -> int:
    attributes = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(attributes["Attributes"]["ApproximateNumberOfMessages"])
