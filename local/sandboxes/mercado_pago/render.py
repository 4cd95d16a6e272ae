"""Payments and refunds as JSON (reference, "Get payment", "Get refund list"); only fields that Mercado Pago has."""

from __future__ import annotations

from typing import Any

from local.sandboxes.brazil.slips import digitable_line
from local.sandboxes.mercado_pago.access import COLLECTOR_ID
from local.sandboxes.mercado_pago.amounts import number_of
from local.sandboxes.mercado_pago.moments import shown, shown_or_none
from local.sandboxes.mercado_pago.payment import Payment, Refund
from local.sandboxes.mercado_pago.payment_body import METHODS

_BOLETO_FEE_CENTS = 349
_PIX_FEE_PER_10_000 = 99


def payment_json(payment: Payment, *, in_process: bool = False) -> dict[str, Any]:
    """Args:
    in_process: show refunds that are still under way, which Mercado Pago hides unless it is asked for them.
    """
    asked = payment.asked
    method = {"id": asked.method, "type": METHODS[asked.method], "issuer_id": "12501"}
    fee = _fee(payment)
    body: dict[str, Any] = {
        "id": payment.id,
        "date_created": shown(payment.created),
        "date_approved": shown_or_none(payment.approved),
        "date_last_updated": shown(payment.updated),
        "date_of_expiration": shown(asked.expires),
        "money_release_date": shown_or_none(payment.approved),
        "operation_type": "regular_payment",
        "issuer_id": method["issuer_id"],
        "payment_method_id": asked.method,
        "payment_type_id": METHODS[asked.method],
        "payment_method": method,
        "status": payment.status,
        "status_detail": payment.detail,
        "currency_id": "BRL",
        "description": asked.description,
        "live_mode": False,
        "collector_id": COLLECTOR_ID,
        "payer": _payer(payment),
        "metadata": asked.metadata,
        "external_reference": asked.external_reference,
        "notification_url": asked.notification_url,
        "transaction_amount": number_of(asked.cents),
        "transaction_amount_refunded": number_of(payment.returned),
        "coupon_amount": 0,
        "shipping_amount": 0,
        "taxes_amount": 0,
        "installments": 1,
        "captured": True,
        "binary_mode": False,
        "processing_mode": "aggregator",
        "fee_details": [{"type": "mercadopago_fee", "amount": number_of(fee), "fee_payer": "collector"}] if fee else [],
        "transaction_details": _details(payment, fee),
        "point_of_interaction": _point(payment),
        "refunds": [refund_json(refund) for refund in shown_refunds(payment, in_process=in_process)],
    }
    if payment.codes.barcode:
        body["barcode"] = {"content": payment.codes.barcode}
    return body | payment.altered


def refund_json(refund: Refund) -> dict[str, Any]:
    source = {"id": str(COLLECTOR_ID), "name": "Loja Sandbox", "type": "admin" if refund.by_admin else "collector"}
    return {
        "id": refund.id,
        "payment_id": refund.payment_id,
        "amount": number_of(refund.amount),
        "metadata": {"status_detail": None},
        "source": source,
        "date_created": shown(refund.created),
        "unique_sequence_number": None,
        "refund_mode": "standard",
        "adjustment_amount": 0,
        "status": refund.status,
        "reason": None,
        "labels": ["hidden", "contingency"] if refund.status == "in_process" else [],
        "amount_refunded_to_payer": number_of(refund.amount),
        "partition_details": [],
    }


def shown_refunds(payment: Payment, *, in_process: bool) -> list[Refund]:
    return [refund for refund in payment.refunds if in_process or refund.status != "in_process"]


def _payer(payment: Payment) -> dict[str, Any]:
    """The address is taken in and never shown again."""
    given = payment.asked.payer
    identification = given.get("identification") or {}
    return {
        "id": f"{payment.id % 10**8}",
        "type": None,
        "email": given.get("email"),
        "first_name": given.get("first_name"),
        "last_name": given.get("last_name"),
        "identification": {"type": identification.get("type"), "number": identification.get("number")},
        "phone": {"area_code": None, "number": None, "extension": None},
        "entity_type": given.get("entity_type"),
        "operator_id": None,
    }


def _details(payment: Payment, fee: int) -> dict[str, Any]:
    """Before it is paid, a payment shows the amount it asks for as `total_paid_amount`, with nothing received."""
    paid = payment.received or payment.asked.cents
    details: dict[str, Any] = {
        "acquirer_reference": None,
        "bank_transfer_id": None,
        "external_resource_url": None,
        "financial_institution": None,
        "installment_amount": 0,
        "net_received_amount": number_of(max(payment.received - fee, 0)),
        "overpaid_amount": number_of(max(payment.received - payment.asked.cents, 0)),
        "payable_deferral_period": None,
        "payment_method_reference_id": None,
        "total_paid_amount": number_of(paid),
        "transaction_id": None,
    }
    if payment.codes.barcode:
        details |= {
            "external_resource_url": _ticket_url(payment),
            "payment_method_reference_id": str(payment.id),
            "barcode": {"content": payment.codes.barcode},
            "digitable_line": digitable_line(payment.codes.barcode),
        }
    return details


def _point(payment: Payment) -> dict[str, Any]:
    business = {"unit": "online_payments", "sub_unit": "default", "branch": "Merchant Services"}
    if not payment.codes.qr_code:
        return {"type": "UNSPECIFIED", "business_info": business}
    return {
        "type": "PIX",
        "business_info": business,
        "location": {"state_id": None, "source": None},
        "transaction_data": {
            "qr_code": payment.codes.qr_code,
            "qr_code_base64": payment.codes.qr_png,
            "ticket_url": _ticket_url(payment),
            "bank_transfer_id": None,
            "financial_institution": None,
            "transaction_id": None,
            "e2e_id": _end_to_end_id(payment),
        },
    }


def _end_to_end_id(payment: Payment) -> str | None:
    """32 characters: E, the payer's bank, the minute in UTC, eleven more."""
    if payment.approved is None:
        return None
    return f"E18236120{payment.approved:%Y%m%d%H%M}s{payment.id % 10**10:010}"


def _ticket_url(payment: Payment) -> str:
    return f"{payment.base}/payments/{payment.id}/ticket"


def _fee(payment: Payment) -> int:
    """Cents that Mercado Pago keeps: nothing before the money is there."""
    if payment.asked.method != "pix":
        return min(payment.received, _BOLETO_FEE_CENTS)
    return (payment.received * _PIX_FEE_PER_10_000 + 5_000) // 10_000
