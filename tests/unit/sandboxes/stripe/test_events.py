from __future__ import annotations

import json

import pytest
import stripe

from commerce.platform.clock import ManualClock
from local.sandboxes.kernel.clock import from_epoch
from local.sandboxes.stripe.app import StripeSandbox
from tests.unit.sandboxes.stripe.support import START, Bench, open_bench


def test_the_sdk_accepts_a_signed_webhook(bench: Bench) -> None:
    paid = bench.pay()
    (delivery,) = bench.box.webhooks.drain()
    header = delivery.headers(bench.box.clock.now())["Stripe-Signature"]
    event = bench.client.construct_event(delivery.body, header, "whsec_sandbox", tolerance=10**9)
    assert (event.type, event.data.object["id"], event.livemode) == ("payment_intent.succeeded", paid.id, False)
    assert (event.api_version, event.created) == (stripe.api_version, START)
    with pytest.raises(stripe.SignatureVerificationError):
        bench.client.construct_event(delivery.body + b" ", header, "whsec_sandbox", tolerance=10**9)
    with pytest.raises(stripe.SignatureVerificationError):
        bench.client.construct_event(delivery.body, header, "whsec_other", tolerance=10**9)


def test_two_secrets_are_active_during_rotation(bench: Bench) -> None:
    bench.pay()
    (delivery,) = bench.box.webhooks.drain()
    bench.control("/endpoint", secrets=["whsec_new", "whsec_sandbox"])
    header = delivery.headers(bench.box.clock.now())["Stripe-Signature"]
    assert (header.count("v1="), header.count("v0=")) == (2, 1)
    for secret in ("whsec_new", "whsec_sandbox"):
        assert bench.client.construct_event(delivery.body, header, secret, tolerance=10**9).id == delivery.id


def test_an_event_names_the_request_that_caused_it(bench: Bench) -> None:
    answer = bench.http("POST", "/v1/payment_intents", {"amount": "1000", "currency": "brl"}, Idempotency_Key="key-1")
    (event,) = bench.v1.events.list().data
    assert (event.request.id, event.request.idempotency_key) == (answer.headers["Request-Id"], "key-1")
    bench.box.world.dispute(str(bench.pay().latest_charge))
    assert bench.v1.events.list(params={"type": "charge.dispute.created"}).data[0].request.id is None


def test_an_event_shows_the_object_as_it_was_then(bench: Bench) -> None:
    paid = bench.pay()
    bench.v1.refunds.create(params={"payment_intent": paid.id, "amount": 100})
    bench.v1.refunds.create(params={"payment_intent": paid.id, "amount": 200})
    refunded = bench.v1.events.list(params={"type": "charge.refunded"}).data
    assert [event.data.object["amount_refunded"] for event in refunded] == [300, 100]
    assert "refunds" not in refunded[0].data.object.to_dict()


def test_only_subscribed_events_are_sent_and_all_are_listed(bench: Bench) -> None:
    bench.pay()
    assert [delivery.kind for delivery in bench.box.webhooks.drain()] == ["payment_intent.succeeded"]
    listed = bench.v1.events.list().data
    assert [event.type for event in listed][::-1] == bench.events()
    assert [event.pending_webhooks for event in listed] == [1, 0, 0]
    bench.control("/endpoint", enabled_events=["*"])
    bench.pay()
    assert len(bench.box.webhooks.drain()) == 3


def test_events_are_filtered(bench: Bench) -> None:
    bench.pay()

    def kinds(**params: object) -> set[str]:
        return {event.type for event in bench.v1.events.list(params=params).data}

    assert kinds(type="payment_intent.*") == {"payment_intent.created", "payment_intent.succeeded"}
    assert kinds(types=["charge.succeeded", "charge.failed"]) == {"charge.succeeded"}
    assert kinds(delivery_success=False) == {"payment_intent.succeeded"}
    bench.box.webhooks.delivered.add(bench.box.webhooks.drain()[0].id)
    assert kinds(delivery_success=False) == set()
    bench.box.advance(31 * 24 * 3600)
    assert kinds() == set()


def test_an_event_is_resent(bench: Bench) -> None:
    bench.pay()
    (first,) = bench.box.webhooks.drain()
    bench.control(f"/events/{first.id}/resend")
    (second,) = bench.box.webhooks.drain()
    assert (second.id, second.body) == (first.id, first.body)


def test_a_second_endpoint_has_its_own_secret_and_filter(bench: Bench) -> None:
    endpoint = bench.v1.webhook_endpoints.create(
        params={"url": "https://other.example/hook", "enabled_events": ["charge.succeeded"]}
    )
    bench.pay()
    deliveries = {delivery.kind: delivery for delivery in bench.box.webhooks.drain()}
    header = deliveries["charge.succeeded"].headers(bench.box.clock.now())["Stripe-Signature"]
    body = deliveries["charge.succeeded"].body
    assert bench.client.construct_event(body, header, endpoint.secret, tolerance=10**9).type == "charge.succeeded"
    assert "secret" not in bench.v1.webhook_endpoints.retrieve(endpoint.id).to_dict()
    bench.v1.webhook_endpoints.update(endpoint.id, params={"disabled": True})
    bench.pay()
    assert [delivery.kind for delivery in bench.box.webhooks.drain()] == ["payment_intent.succeeded"]
    assert bench.v1.webhook_endpoints.delete(endpoint.id).deleted is True


def test_bytes_outside_ascii_are_sent_as_they_are(bench: Bench) -> None:
    bench.pay(description="Café à la carte — R$ 10")
    (delivery,) = bench.box.webhooks.drain()
    assert "Café à la carte — R$ 10".encode() in delivery.body
    assert json.loads(delivery.body)["data"]["object"]["description"] == "Café à la carte — R$ 10"


def test_ids_are_reproducible_with_a_seed() -> None:
    def played() -> list[str]:
        bench = open_bench(StripeSandbox(clock=ManualClock(from_epoch(START)), seed=b"same"))
        bench.http("POST", "/v1/payment_intents", {"amount": "1000", "currency": "brl"})
        return [event["id"] for event in bench.box.state.events]

    assert played() == played()


def test_reset_forgets_the_account_and_keeps_the_endpoint(bench: Bench) -> None:
    bench.control("/endpoint", url="http://127.0.0.1:1/hook")
    bench.pay()
    bench.control("/reset")
    assert bench.box.books() == {"orders": {}, "violations": []}
    assert bench.box.state.hook.endpoint.url == "http://127.0.0.1:1/hook"
    bench.pay()
    assert len(bench.box.webhooks.drain()) == 1


def test_the_books_find_a_double_charge(bench: Bench) -> None:
    bench.pay()
    assert bench.box.books()["violations"] == []
    bench.pay(capture_method="manual")
    (violation,) = bench.session.get("https://api.stripe.com/_sandbox/books").json()["violations"]
    assert "order-1 has 2 successful charges" in violation


def test_balance_is_what_was_taken_and_not_given_back(bench: Bench) -> None:
    paid = bench.pay()
    bench.v1.refunds.create(params={"payment_intent": paid.id, "amount": 400})
    bench.pay(capture_method="manual")
    (available,) = bench.v1.balance.retrieve().available
    assert (available.amount, available.currency) == (600, "brl")
    assert bench.v1.accounts.retrieve_current().id == "acct_sandbox"
