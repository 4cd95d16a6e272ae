"""A walk through every operation of the Stripe sandbox, with everything it answered and sent on the way."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import stripe

from local.sandboxes.kernel.faults import Fault, FaultKind
from local.sandboxes.stripe.app import StripeSandbox
from local.sandboxes.stripe.call import Operation
from tests.unit.sandboxes.stripe.slips import PAYER, boleto, pix
from tests.unit.sandboxes.stripe.support import NO_REDIRECTS, Bench, open_bench


@dataclass(frozen=True)
class Exchanged:
    """One answer: `path` is the sandbox's own pattern, such as `/v1/charges/<charge>`."""

    method: str
    path: str
    status: int
    body: dict[str, Any]


@dataclass
class Tour:
    bench: Bench
    answers: list[Exchanged] = field(default_factory=list)
    webhooks: list[dict[str, Any]] = field(default_factory=list)


def operations() -> dict[tuple[str, str], Operation]:
    """(method, path pattern) -> operation, of the whole sandbox."""
    found = {}
    for method, path, operation in StripeSandbox.routes.rules():
        assert isinstance(operation, Operation)
        found[method, path] = operation
    return found


def take() -> Tour:
    tour = Tour(open_bench())
    _listen(tour)
    bench = tour.bench
    bench.box.set_endpoint(enabled_events=["*"])
    stops = (_pay, _issue, _hold, _decline, _authenticate, _save, _set_up, _refund, _dispute, _watch, _err, _browse)
    for stop in stops:
        stop(bench)
    tour.webhooks = [json.loads(delivery.body) for delivery in bench.box.webhooks.drain()]
    bench.session.close()
    return tour


def _listen(tour: Tour) -> None:
    box = tour.bench.box
    patterns = {id(operation): key for key, operation in operations().items()}

    def hear(response: Any, **_: object) -> None:
        found = box.routes.match(response.request.method, response.request.path_url.partition("?")[0])
        if found is not None:
            method, path = patterns[id(found[0])]
            tour.answers.append(Exchanged(method, path, response.status_code, response.json()))

    tour.bench.session.hooks["response"].append(hear)


def _refused(act: Any, *arguments: Any, **options: Any) -> None:
    try:
        act(*arguments, **options)
    except stripe.StripeError:
        return
    raise AssertionError("the sandbox should have refused this")


def _pay(bench: Bench) -> None:
    api = bench.v1
    shipping = {"name": "Ana", "address": {"city": "Recife", "country": "BR"}}
    intent = bench.intent(shipping=shipping, description="Order 1", metadata={"order_id": "1"})
    api.payment_intents.update(intent.id, params={"payment_method": "pm_card_visa", "receipt_email": "a@b.example"})
    api.payment_intents.confirm(intent.id, params={"return_url": "https://store.example"})
    api.payment_intents.retrieve(
        intent.id, params={"expand": ["latest_charge.refunds", "payment_method", "customer", "review"]}
    )
    api.payment_intents.list(params={"limit": 3, "expand": ["data.latest_charge"]})
    api.charges.retrieve(bench.pay("pm_card_sandboxApplePay").latest_charge, params={"expand": ["payment_intent"]})
    api.charges.list(params={"payment_intent": intent.id})
    processing = bench.pay("pm_card_sandboxProcessing")
    api.charges.retrieve(processing.latest_charge)
    bench.box.world.complete(processing.id, "failed")
    bench.pay("pm_card_sandboxProcessing")
    bench.box.advance(3600)
    token = api.test_helpers.confirmation_tokens.create(params={"payment_method": "pm_card_visa"})
    api.confirmation_tokens.retrieve(token.id)
    api.payment_intents.confirm(bench.intent().id, params={"confirmation_token": token.id})


def _issue(bench: Bench) -> None:
    """A Pix and a boleto, each paid, expired and given back as far as Stripe does."""
    api = bench.v1
    paid, expired, canceled = (api.payment_intents.create(params=pix()) for _ in range(3))
    bench.box.world.pay(paid.id)
    api.refunds.create(params={"payment_intent": paid.id, "amount": 100})
    bench.box.world.dispute(api.payment_intents.retrieve(paid.id).latest_charge, reason="fraudulent")
    bench.box.world.expire(expired.id)
    api.payment_intents.retrieve(expired.id, params={"expand": ["payment_method"]})
    api.payment_intents.cancel(canceled.id)
    slip = api.payment_intents.create(params=boleto())
    _refused(api.payment_intents.cancel, slip.id)
    bench.box.world.pay(slip.id)
    api.payment_intents.retrieve(slip.id, params={"expand": ["latest_charge", "payment_method"]})
    bench.box.world.complete(slip.id)
    _refused(api.refunds.create, params={"payment_intent": slip.id})
    _refused(api.payment_intents.create, params=boleto(currency="usd"))
    api.payment_methods.create(params={"type": "pix", "billing_details": PAYER})


def _hold(bench: Bench) -> None:
    api = bench.v1
    held = [bench.pay(capture_method="manual") for _ in range(3)]
    api.charges.retrieve(held[0].latest_charge)
    api.payment_intents.capture(held[0].id, params={"amount_to_capture": 600})
    api.charges.retrieve(held[0].latest_charge, params={"expand": ["refunds"]})
    api.payment_intents.cancel(held[1].id, params={"cancellation_reason": "abandoned"})
    bench.box.world.expire(held[2].id)
    api.payment_intents.retrieve(held[2].id)


def _decline(bench: Bench) -> None:
    for card in ("visa_chargeDeclined", "chargeDeclinedExpiredCard", "chargeDeclinedFraudulent"):
        _refused(bench.pay, f"pm_card_{card}")
    bench.v1.charges.list(params={"expand": ["data.payment_intent"]})
    bench.v1.payment_intents.list()


def _authenticate(bench: Bench) -> None:
    first = bench.pay("pm_card_authenticationRequired", return_url="https://store.example")
    bench.box.world.authenticate(first.id)
    bench.v1.charges.retrieve(bench.v1.payment_intents.retrieve(first.id).latest_charge)
    second = bench.pay("pm_card_threeDSecure2Required")
    bench.box.world.authenticate(second.id, "failed")
    bench.v1.payment_intents.retrieve(second.id)


def _save(bench: Bench) -> None:
    api = bench.v1
    customer = api.customers.create(params={"email": "ana@example.com", "payment_method": "pm_card_visa"})
    method = api.payment_methods.create(params={"type": "card", "card": {"token": "tok_mastercard"}})
    api.payment_methods.attach(method.id, params={"customer": customer.id})
    api.payment_methods.update(method.id, params={"billing_details": {"name": "Ana"}, "card": {"exp_year": 2040}})
    api.payment_methods.retrieve(method.id, params={"expand": ["customer"]})
    api.payment_methods.list(params={"customer": customer.id, "type": "card"})
    api.customers.payment_methods.list(customer.id)
    api.customers.payment_methods.retrieve(customer.id, method.id)
    default = {"invoice_settings": {"default_payment_method": method.id}}
    expand = ["invoice_settings.default_payment_method"]
    api.customers.update(customer.id, params={**default, "address": {"city": "Recife"}, "expand": expand})
    api.customer_sessions.create(params={"customer": customer.id, "components": {"payment_element": {"enabled": True}}})
    bench.pay(method.id, customer=customer.id, off_session=True)
    bench.box.world.update_card(method.id, exp_month=1, exp_year=2041)
    api.payment_methods.detach(method.id)
    api.customers.list()
    api.customers.delete(customer.id)
    api.customers.retrieve(customer.id)


def _set_up(bench: Bench) -> None:
    api = bench.v1
    customer = api.customers.create()
    setup = api.setup_intents.create(params={"automatic_payment_methods": NO_REDIRECTS, "metadata": {"user_id": "1"}})
    api.setup_intents.update(setup.id, params={"customer": customer.id, "payment_method": "pm_card_visa"})
    api.setup_intents.confirm(setup.id)
    api.setup_intents.retrieve(setup.id, params={"expand": ["payment_method"]})
    challenged = api.setup_intents.create(params={"confirm": True, "payment_method": "pm_card_authenticationRequired"})
    bench.box.world.authenticate(challenged.id, "failed")
    api.setup_intents.list()
    api.setup_intents.cancel(challenged.id)
    _refused(api.setup_intents.create, params={"confirm": True, "payment_method": "pm_card_visa_chargeDeclined"})


def _refund(bench: Bench) -> None:
    api = bench.v1
    paid = bench.pay()
    made = api.refunds.create(
        params={"payment_intent": paid.id, "amount": 100, "reason": "duplicate", "expand": ["charge"]}
    )
    api.refunds.update(made.id, params={"metadata": {"refund_id": "1"}})
    api.refunds.retrieve(made.id)
    api.refunds.list(params={"payment_intent": paid.id})
    _refused(api.refunds.cancel, made.id)
    bench.http("GET", f"/v1/charges/{paid.latest_charge}/refunds")
    for card in ("pm_card_pendingRefund", "pm_card_refundFail"):
        slow = api.refunds.create(params={"payment_intent": bench.pay(card).id})
        bench.box.advance(60)
        api.refunds.retrieve(slow.id)


def _dispute(bench: Bench) -> None:
    api = bench.v1
    first, second = bench.pay("pm_card_createDispute"), bench.pay("pm_card_createDisputeInquiry")
    (dispute,) = api.disputes.list(params={"charge": first.latest_charge}).data
    api.disputes.update(dispute.id, params={"evidence": {"product_description": "Shoes"}, "metadata": {"a": "1"}})
    api.disputes.retrieve(dispute.id, params={"expand": ["charge", "payment_intent"]})
    bench.box.world.close_dispute(dispute.id, "won")
    (inquiry,) = api.disputes.list(params={"payment_intent": second.id}).data
    api.disputes.close(inquiry.id)
    bench.box.world.warn_of_fraud(str(first.latest_charge))
    (warning,) = api.radar.early_fraud_warnings.list().data
    api.radar.early_fraud_warnings.retrieve(warning.id)
    review = bench.box.world.open_review(str(first.latest_charge))
    api.reviews.list()
    api.reviews.retrieve(review["id"])
    api.reviews.approve(review["id"])


def _watch(bench: Bench) -> None:
    api = bench.v1
    events = api.events.list(params={"limit": 100, "delivery_success": False})
    api.events.retrieve(events.data[0].id)
    endpoint = api.webhook_endpoints.create(params={"url": "https://x.example", "enabled_events": ["charge.captured"]})
    api.webhook_endpoints.update(endpoint.id, params={"disabled": True})
    api.webhook_endpoints.list()
    api.webhook_endpoints.retrieve(endpoint.id)
    api.webhook_endpoints.delete(endpoint.id)
    api.balance.retrieve()
    api.accounts.retrieve_current()


def _err(bench: Bench) -> None:
    api = bench.v1
    _refused(api.payment_intents.create, params={"amount": 1, "currency": "brl"})
    _refused(api.payment_intents.create, params={"amount": 1000, "currency": "brl", "colour": "red"})
    _refused(api.payment_intents.retrieve, "pi_unknown")
    paid = bench.pay()
    _refused(api.payment_intents.capture, paid.id)
    _refused(api.refunds.create, params={"payment_intent": paid.id, "amount": 5000})
    bench.http("GET", "/v1/charges", key="sk_test_wrong")
    for status in (429, 500):
        bench.box.faults.add(Fault(FaultKind.STATUS, status=status))
        _refused(api.charges.list)


def _browse(bench: Bench) -> None:
    intent = bench.intent(payment_method="pm_card_visa")
    secret = {"client_secret": str(intent.client_secret)}
    bench.http("GET", f"/v1/payment_intents/{intent.id}", secret, key="pk_test_sandbox")
    bench.http("POST", f"/v1/payment_intents/{intent.id}/confirm", secret, key="pk_test_sandbox")
