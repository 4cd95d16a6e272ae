"""The payment as a row of the table and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from enum import Enum
from types import MappingProxyType
from typing import Any

from commerce.payments.instructions import Instructions
from commerce.payments.model import (
    Cancellation,
    Capture,
    CaptureMethod,
    CheckoutChoices,
    CommandStatus,
    Completion,
    Dispute,
    Failure,
    MethodDetails,
    Payment,
    Refund,
)
from commerce.payments.payer import Payer
from commerce.payments.receipts import Discrepancy, DiscrepancyKind, Receipt, Resolution
from commerce.payments.status import PaymentStatus
from commerce.platform.clock import iso, parse_iso
from commerce.platform.money import Money

STATE_KEY = "STATE"
DUE_SHARDS = 4

_COMMAND_TIMES = ("requested_at", "sent_at")
_PARTS: dict[str, type] = {
    "dispute": Dispute,
    "failure": Failure,
    "details": MethodDetails,
    "instructions": Instructions,
}
_PLAIN = (
    "payment_id",
    "order_id",
    "user_id",
    "attempt",
    "provider",
    "method",
    "fingerprint",
    "operation_key",
    "version",
    "provider_ref",
    "charge_ref",
    "authorized",
    "captured",
    "review_reason",
    "abandoned",
    "returned",
    "accepted",
    "pending_reason",
    "poll_step",
)
_PAYMENT_TIMES = (
    "waiting_since",
    "observed_at",
    "sent_at",
    "last_sent_at",
    "lease_until",
    "capture_before",
    "expires_at",
    "due_at",
)


def payment_key(payment_id: str) -> dict[str, str]:
    return {"pk": f"PAY#{payment_id}", "sk": STATE_KEY}


def timeline_key(payment_id: str, version: int) -> dict[str, str]:
    return {"pk": f"PAY#{payment_id}", "sk": f"T#{version:06d}"}


def due_shard(provider: str, payment_id: str) -> str:
    """The shard of the due index: spreads a hot minute over several partitions."""
    return f"{provider}#{sum(payment_id.encode()) % DUE_SHARDS}"


def to_row(payment: Payment) -> dict[str, Any]:
    row: dict[str, Any] = {
        **payment_key(payment.payment_id),
        **{name: getattr(payment, name) for name in _PLAIN},
        **{name: _text(getattr(payment, name)) for name in _PAYMENT_TIMES},
        "amount": payment.money.amount,
        "currency": payment.money.currency,
        "status": payment.status.value,
        "created_at": iso(payment.created_at),
        "updated_at": iso(payment.updated_at),
        "choices": _part(payment.choices),
        "refunds": [_part(refund) for refund in payment.refunds.values()] or None,
        "captures": [_part(capture) for capture in payment.captures.values()] or None,
        "completion": _part(payment.completion),
        "cancellation": _part(payment.cancellation),
        "receipts": [_part(receipt) for receipt in payment.receipts.values()] or None,
        "discrepancies": [_part(one) for one in payment.discrepancies.values()] or None,
        "instructions": _part(payment.instructions),
        "dispute": _part(payment.dispute),
        "failure": _part(payment.failure),
        "details": _part(payment.details),
    }
    if payment.due_at is not None:
        row["due_shard"] = due_shard(payment.provider, payment.payment_id)
    return {name: value for name, value in row.items() if value is not None}


def from_row(row: Mapping[str, Any]) -> Payment:
    values: dict[str, Any] = {name: row[name] for name in _PLAIN if name in row}
    values |= {name: parse_iso(row[name]) for name in _PAYMENT_TIMES if name in row}
    values |= {name: kind(**row[name]) for name, kind in _PARTS.items() if name in row}
    return Payment(
        money=Money(row["amount"], row["currency"]),
        status=PaymentStatus(row["status"]),
        created_at=parse_iso(row["created_at"]),
        updated_at=parse_iso(row["updated_at"]),
        choices=_choices(row["choices"]),
        refunds=_by_id("refund_id", [Refund(**_command(part)) for part in row.get("refunds", ())]),
        captures=_by_id("capture_id", [Capture(**_command(part)) for part in row.get("captures", ())]),
        receipts=_by_id("ref", [_receipt(part) for part in row.get("receipts", ())]),
        discrepancies=MappingProxyType(dict(_discrepancy(part) for part in row.get("discrepancies", ()))),
        completion=Completion(**_command(row["completion"])) if "completion" in row else None,
        cancellation=Cancellation(**_command(row["cancellation"])) if "cancellation" in row else None,
        **values,
    )


def _choices(part: Mapping[str, Any]) -> CheckoutChoices:
    values = {**part, "capture_method": CaptureMethod(part["capture_method"])}
    if "payer" in values:
        values["payer"] = Payer.from_row(values["payer"])
    if "due_date" in values:
        values["due_date"] = date.fromisoformat(values["due_date"])
    return CheckoutChoices(**values)


def _receipt(part: Mapping[str, Any]) -> Receipt:
    return Receipt(**{**part, "received_at": parse_iso(part["received_at"])})


def _discrepancy(part: Mapping[str, Any]) -> tuple[str, Discrepancy]:
    values = {**part, "kind": DiscrepancyKind(part["kind"]), "noted_at": parse_iso(part["noted_at"])}
    if "resolution" in values:
        values["resolution"] = Resolution(values["resolution"])
    one = Discrepancy(**values)
    return one.name, one


def _by_id[C](name: str, commands: list[C]) -> Mapping[str, C]:
    return MappingProxyType({getattr(command, name): command for command in commands})


def _command(part: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: parse_iso(value) if name in _COMMAND_TIMES else value for name, value in part.items()}
    return {**values, "status": CommandStatus(part["status"])}


def _part(value: Any) -> dict[str, Any] | None:
    if value is None:
        return None
    return {name: _plain(part) for name, part in asdict(value).items() if part is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items() if part is not None}
    return value.value if isinstance(value, Enum) else value


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)
