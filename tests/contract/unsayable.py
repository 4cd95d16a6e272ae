"""What a description cannot say, so that no difference from it is one."""

from __future__ import annotations

from typing import Any

from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import positive_data_acceptance

UNSAYABLE = {
    "idempotency_key_reused",
    "customer_required",
    "amount_too_precise",
    "unsupported_currency",
    "refund_exceeds_captured",
    "refund_id_reused",
    "capture_exceeds_authorized",
    "capture_id_reused",
    "too_many_elements",
    "too_many_addresses",
    "unknown_country",
    "postal_code_invalid",
    "malformed_cep",
    "address_incomplete",
    "unknown_state",
    "missing_payer_tax_id",
    "invalid_tax_id",
    "payer_address_incomplete",
    "due_date_in_past",
    "due_date_too_far",
    "date_outside_calendar",
    "amount_over_limit",
    "receipt_incomplete",
    "receipt_differs",
    "received_at_out_of_range",
    "unknown_receipt",
    "refund_exceeds_receipt",
}
"""Refusals of a well-formed request, of which no schema can tell: it depends on the order, on what was sent before, or,
for an address or a payer, on what only a check digit or a country tells."""


def excused(response: Response) -> list[Any] | None:
    """The checks that a refusal of this kind is not held to."""
    return [positive_data_acceptance] if _code_of(response) in UNSAYABLE else None


def _code_of(response: Response) -> str:
    """The code of an error of ours; the gateway's have none."""
    return str(response.json().get("error", {}).get("code", "")) if response.status_code >= 400 else ""
