"""What a token may do (the security section of each API description)."""

from __future__ import annotations

_URI = "https://uri.paypal.com/services/"

ORDERS = f"{_URI}payments/payment"
PAYMENTS = f"{_URI}payments/payment/authcapture"
REFUNDS = f"{_URI}payments/refund"
WEBHOOKS = f"{_URI}applications/webhooks"
DISPUTES = f"{_URI}disputes/read-seller"

ALL = (ORDERS, PAYMENTS, REFUNDS, WEBHOOKS, DISPUTES, "openid")
"""An app whose features are all enabled."""
