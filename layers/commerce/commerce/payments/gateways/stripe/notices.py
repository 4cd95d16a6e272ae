"""Events of Stripe that tell something worth knowing and move no money."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PAYMENT_NOTICES: Mapping[str, str] = MappingProxyType(
    {
        "radar.early_fraud_warning.created": "payment.fraud_warning",
        "review.opened": "payment.provider_review_opened",
        "review.closed": "payment.provider_review_closed",
    }
)
"""By Stripe's event type, the fact to publish about the payment it belongs to."""

METHOD_NOTICES: Mapping[str, str] = MappingProxyType(
    {
        "setup_intent.succeeded": "payment_method.saved",
        "setup_intent.setup_failed": "payment_method.setup_failed",
        "payment_method.attached": "payment_method.attached",
        "payment_method.detached": "payment_method.detached",
        "payment_method.automatically_updated": "payment_method.updated",
    }
)
"""By Stripe's event type, the fact to publish about a saved method (contracts/events/payment_method.v1.json)."""
