"""The same day for a buyer who pays with PayPal: agreed on PayPal's page, captured when she is back."""

from __future__ import annotations

from benchmarks.functions import PAYPAL_WEBHOOK, PAYPAL_WORKER, POLLER
from benchmarks.shop import Shop

PROVIDER = "paypal"
FIRST = "PayPal checkout, first"
SAME_KEY = "PayPal checkout again, same Idempotency-Key"
ACKNOWLEDGED = "PayPal webhook acknowledged"
FORGED = "forged PayPal webhook refused"
RETURNED = "back from PayPal (order paid)"
PROCESSED = "PayPal webhook processed (nothing left to do)"
POLLED = "polled PayPal payment, unchanged"


def warm_up(shop: Shop) -> None:
    """What containers read or fetch once: secret, token, certificate, breaker."""
    shop.register("paypal-0", "orders")
    checkout = shop.check_out("paypal-0", "paypal-0", "PayPal checkout", by=PROVIDER)
    shop.invoke("PayPal webhook", PAYPAL_WEBHOOK, shop.sandboxes.approve_at_paypal(checkout))
    shop.invoke("PayPal worker", PAYPAL_WORKER, shop.queued(PROVIDER))


def pay(shop: Shop) -> None:
    shop.register("paypal-1", "order registered")
    checkout = shop.check_out("paypal-1", "paypal-1", FIRST, by=PROVIDER)
    shop.check_out("paypal-1", "paypal-1", SAME_KEY, by=PROVIDER)
    approved = shop.sandboxes.approve_at_paypal(checkout)
    shop.invoke(FORGED, PAYPAL_WEBHOOK, {**approved, "body": "", "isBase64Encoded": False}, status=401)
    shop.invoke(ACKNOWLEDGED, PAYPAL_WEBHOOK, approved)
    shop.come_back(checkout["payment"]["payment_id"], "paypal-2", RETURNED)
    shop.invoke(PROCESSED, PAYPAL_WORKER, shop.queued(PROVIDER))


def poll(shop: Shop) -> None:
    shop.register("paypal-2", "order registered")
    checkout = shop.check_out("paypal-2", "paypal-3", FIRST, by=PROVIDER)
    shop.make_due(checkout["payment"]["payment_id"])
    shop.invoke("poll run, one payment due", POLLER, {})
    shop.invoke(POLLED, PAYPAL_WORKER, shop.queued(PROVIDER))
