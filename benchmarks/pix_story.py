"""The same day for a buyer who pays a Pix at the bank: a code, and a webhook when it is paid."""

from __future__ import annotations

from benchmarks.functions import PIX_WEBHOOK, PIX_WORKER, POLLER
from benchmarks.shop import Shop

METHOD, PROVIDER = "pix", "bacen"
FIRST = "Pix checkout, first"
SAME_KEY = "Pix checkout again, same Idempotency-Key"
ACKNOWLEDGED = "Pix webhook acknowledged"
FORGED = "forged Pix webhook refused"
PROCESSED = "Pix webhook processed (order paid)"
REPEATED = "Pix webhook processed once more"
POLLED = "polled Pix, unchanged"


def warm_up(shop: Shop) -> None:
    """What containers read or fetch once: secret, token, breaker."""
    shop.register("pix-0", "orders")
    shop.check_out("pix-0", "pix-0", "Pix checkout", by=METHOD)
    shop.invoke("Pix webhook", PIX_WEBHOOK, shop.sandboxes.pay_pix("pix-0"))
    shop.invoke("Pix worker", PIX_WORKER, shop.queued(PROVIDER))


def pay(shop: Shop) -> None:
    shop.register("pix-1", "order registered")
    shop.check_out("pix-1", "pix-1", FIRST, by=METHOD)
    shop.check_out("pix-1", "pix-1", SAME_KEY, by=METHOD)
    paid = shop.sandboxes.pay_pix("pix-1")
    shop.invoke(FORGED, PIX_WEBHOOK, {**paid, "rawPath": "/guessed/pix"}, status=401)
    shop.invoke(ACKNOWLEDGED, PIX_WEBHOOK, paid)
    message = shop.queued(PROVIDER)
    shop.invoke(PROCESSED, PIX_WORKER, message)
    shop.invoke(REPEATED, PIX_WORKER, message)


def poll(shop: Shop) -> None:
    shop.register("pix-2", "order registered")
    checkout = shop.check_out("pix-2", "pix-2", FIRST, by=METHOD)
    shop.make_due(checkout["payment"]["payment_id"])
    shop.invoke("poll run, one payment due", POLLER, {})
    shop.invoke(POLLED, PIX_WORKER, shop.queued(PROVIDER))
