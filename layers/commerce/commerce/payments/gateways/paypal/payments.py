"""What an order's `payments` hold: its captures, authorizations and refunds, read by presence and never by place. Pure.

Source: Orders v2, `payment_collection`; Payments v2, the capture, authorization and refund objects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from commerce.payments.gateways.fields import Json, obj, objects, optional_text, text
from commerce.payments.gateways.paypal.fields import link, moment, money

HONOR_PERIOD = timedelta(days=3)
"""For how long PayPal vouches for the money of an authorisation (docs, Authorization and honor period)."""

TOOK_MONEY = frozenset({"COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED", "REVERSED"})
LOST = frozenset({"DECLINED", "DENIED", "FAILED"})
CAPTURE_WORDS = TOOK_MONEY | LOST | {"PENDING"}
"""REVERSED, DENIED: in events and newer answers only; the description of 2024 does not list them."""

HOLDING = frozenset({"CREATED", "PARTIALLY_CAPTURED", "PENDING"})
AUTHORIZATION_WORDS = HOLDING | {"CAPTURED", "DENIED", "VOIDED", "EXPIRED"}
COUNTED = frozenset({"COMPLETED", "PENDING"})
"""The refunds whose money the store has no more."""
REFUND_WORDS = frozenset({"COMPLETED", "PENDING", "FAILED", "CANCELLED"})

_FIRST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Payments:
    """Everything that was done with an order, oldest first."""

    captures: Sequence[Json] = ()
    authorizations: Sequence[Json] = ()
    refunds: Sequence[Json] = ()

    @property
    def all(self) -> Iterator[tuple[str, Json, frozenset[str]]]:
        """Each with its kind and the statuses that its kind may have."""
        for kind, rows, words in (
            ("capture", self.captures, CAPTURE_WORDS),
            ("authorization", self.authorizations, AUTHORIZATION_WORDS),
            ("refund", self.refunds, REFUND_WORDS),
        ):
            for row in rows:
                yield kind, row, words

    @property
    def unknown_word(self) -> str | None:
        """The first status that nobody knows, as `capture:WORD` (PAY-23)."""
        words = (f"{kind}:{text(row, 'status')}" for kind, row, known in self.all if text(row, "status") not in known)
        return next(words, None)

    def captures_that(self, *statuses: str) -> Sequence[Json]:
        return [capture for capture in self.captures if text(capture, "status") in statuses]

    @property
    def taken(self) -> Sequence[Json]:
        return self.captures_that(*TOOK_MONEY)

    @property
    def holds(self) -> Sequence[Json]:
        """Authorizations that hold money; of one that was renewed, the original first."""
        return [row for row in self.authorizations if text(row, "status") in HOLDING]

    def left_of(self, capture: Json) -> int:
        """What of this capture was not refunded, in our minor units."""
        lone = len(self.taken) == 1
        gone = sum(
            money(refund, "amount").amount
            for refund in self.refunds
            if text(refund, "status") in ("COMPLETED", "PENDING")
            and (lone or refunded_capture(refund) == capture["id"])
        )
        return max(money(capture, "amount").amount - gone, 0)


def payments_of(order: Json) -> Payments:
    """Of all purchase units; an order that nobody captured or authorised has none."""
    found: dict[str, list[Json]] = {"captures": [], "authorizations": [], "refunds": []}
    for unit in objects(order, "purchase_units"):
        payments = obj(unit, "payments")
        for name, rows in found.items():
            rows.extend(objects(payments, name))
    return Payments(**{name: sorted(rows, key=_created) for name, rows in found.items()})


def including(order: Json, name: str, made: Json) -> dict[str, Any]:
    """The order with what PayPal has just answered, should its own list not show it yet."""
    units = [dict(unit) for unit in objects(order, "purchase_units")]
    listed = any(row.get("id") == made.get("id") for unit in units for row in objects(obj(unit, "payments"), name))
    if listed or not units:
        return dict(order)
    payments = obj(units[0], "payments")
    units[0]["payments"] = {**payments, name: [*objects(payments, name), made]}
    return {**order, "purchase_units": units}


def refunded_capture(refund: Json) -> str | None:
    """The capture that a refund belongs to, from its link `up`."""
    up = link(refund, "up") or ""
    return up.rpartition("/captures/")[2] or None if "/captures/" in up else None


def over_honor_period(authorization: Json, now: datetime) -> bool:
    created = moment(authorization, "create_time")
    return created is not None and now - created >= HONOR_PERIOD


def lapsed(authorization: Json, now: datetime) -> bool:
    ends = moment(authorization, "expiration_time")
    return ends is not None and ends <= now


def reason_of(row: Json) -> str | None:
    """Why it is pending or denied."""
    return optional_text(obj(row, "status_details"), "reason")


def _created(row: Mapping[str, Any]) -> datetime:
    return moment(row, "create_time") or _FIRST
