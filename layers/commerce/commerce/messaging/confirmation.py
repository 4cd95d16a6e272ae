"""What the confirmation of a paid order says, before it has a language or a layout."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime

from commerce.messaging.model import MessageRequest
from commerce.platform.errors import Unprocessable
from commerce.platform.money import Money

EVENT = "order.paid"
TEMPLATE = "order_confirmation"


@dataclass(frozen=True, slots=True)
class Line:
    """One item of the order; `unit_price` in minor units of the order's currency."""

    sku: str
    name: str
    unit_price: int
    quantity: int

    @property
    def total(self) -> int:
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the order goes; `postal_code` is the CEP in Brazil, `district` the bairro."""

    line1: str
    city: str
    country: str
    postal_code: str
    number: str | None = None
    line2: str | None = None
    district: str | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class PaidWith:
    """How it was paid, as far as a receipt may tell: never more of a card than its last four digits."""

    kind: str
    brand: str | None = None
    last4: str | None = None


@dataclass(frozen=True, slots=True)
class OrderConfirmation:
    """A receipt's facts. `total` is what the order costs, `paid` what was taken for it; both in one currency.

    Raises:
        Unprocessable: `currency_mismatch` when they are not.
    """

    order_id: str
    buyer_name: str
    buyer_email: str
    locale: str
    lines: tuple[Line, ...]
    total: Money
    paid: Money
    paid_at: datetime
    destination: Destination
    paid_with: PaidWith | None = None

    def __post_init__(self) -> None:
        if self.paid.currency != self.total.currency:
            raise Unprocessable(
                f"Order {self.order_id} costs {self.total.currency} but was paid in {self.paid.currency}; "
                "no confirmation is sent until a person has looked at it.",
                code="currency_mismatch",
            )

    @property
    def items_total(self) -> int:
        return sum(line.total for line in self.lines)

    @property
    def adjustments(self) -> int:
        """Shipping, fees and discounts: what the order costs beside its items."""
        return self.total.amount - self.items_total

    def request(self, correlation_id: str = "") -> MessageRequest:
        """The request to send this, once: its fingerprint covers every fact, and no wording or layout.

        So a release that improves the template can still send a message that an older one has begun.
        """
        facts = {**asdict(self), "paid_at": self.paid_at.isoformat()}
        canonical = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return MessageRequest(
            event=EVENT,
            order_id=self.order_id,
            template=TEMPLATE,
            fingerprint=hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest(),
            correlation_id=correlation_id,
        )
