"""Webhook events (developer.paypal.com/api/rest/webhooks/event-names), as they were at that moment."""

from __future__ import annotations

import json

from commerce.platform.clock import iso
from local.sandboxes.kernel.webhooks import Delivery
from local.sandboxes.paypal.account import Account
from local.sandboxes.paypal.render import event_links, render
from local.sandboxes.paypal.resource import Resource, visible

_SUMMARIES = {
    "CHECKOUT.ORDER.APPROVED": "An order has been approved by buyer",
    "CHECKOUT.PAYMENT-APPROVAL.REVERSED": "A payment has been reversed after approval.",
    "PAYMENT.CAPTURE.COMPLETED": "Payment completed for {amount}",
    "PAYMENT.CAPTURE.PENDING": "Payment pending for {amount}",
    "PAYMENT.CAPTURE.DENIED": "Payment denied for {amount}",
    "PAYMENT.CAPTURE.REFUNDED": "A {amount} capture payment was refunded",
    "PAYMENT.CAPTURE.REVERSED": "A {amount} capture payment was reversed",
    "PAYMENT.REFUND.PENDING": "A {amount} refund is pending",
    "PAYMENT.REFUND.FAILED": "A {amount} refund failed",
    "PAYMENT.AUTHORIZATION.CREATED": "A payment authorization was created for {amount}",
    "PAYMENT.AUTHORIZATION.VOIDED": "A payment authorization was voided",
    "CUSTOMER.DISPUTE.CREATED": "A new dispute opened with Case # {dispute}",
    "CUSTOMER.DISPUTE.UPDATED": "A dispute was updated with Case # {dispute}",
    "CUSTOMER.DISPUTE.RESOLVED": "A dispute was resolved with case # {dispute}",
}
_APPROVAL = "approval"


def emit(account: Account, event_type: str, resource: Resource) -> Resource:
    """Record an event with the object as it is now, and send it if the webhook is subscribed."""
    kind = str(resource["_kind"])
    event: Resource = {
        "_kind": "event",
        "id": f"WH-{account.new_id()}-{account.new_id()}",
        "event_version": "1.0",
        "create_time": iso(account.now),
        **_kinds(kind),
        "event_type": event_type,
        "summary": _summary(event_type, resource),
        "resource": render(account, resource),
    }
    account.events.add(event)
    if event_type in account.enabled_events:
        send(account, event)
    return event


def send(account: Account, event: Resource) -> None:
    """Another delivery of an event, byte for byte the same."""
    shown = {**visible(event), "links": event_links(account, event)}
    body = json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()
    account.webhooks.send(Delivery(event["id"], event["event_type"], body, account.endpoint))


def reversal(account: Account, order: Resource) -> None:
    """An approval that lapsed or was taken back: the resource names the order as `order_id`, it is no order itself."""
    kept = ("reference_id", "custom_id", "invoice_id", "amount")
    unit = {key: value for key, value in order["purchase_units"][0].items() if key in kept}
    resource = {
        "_kind": _APPROVAL,
        "order_id": order["id"],
        "purchase_units": [unit],
        "payment_source": order.get("payment_source", {}),
    }
    emit(account, "CHECKOUT.PAYMENT-APPROVAL.REVERSED", resource)


def _kinds(kind: str) -> Resource:
    """Disputes have no version, and of an approval taken back PayPal does not even say what kind of object it is."""
    if kind == _APPROVAL:
        return {}
    if kind == "dispute":
        return {"resource_type": kind}
    return {"resource_type": "checkout-order" if kind == "order" else kind, "resource_version": "2.0"}


def _summary(event_type: str, resource: Resource) -> str:
    amount = resource.get("amount", {})
    shown = f"{amount.get('value', '')} {amount.get('currency_code', '')}"
    return _SUMMARIES[event_type].format(amount=shown, dispute=resource.get("dispute_id", ""))
