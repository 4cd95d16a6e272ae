"""Money moving: captures of orders and of authorizations, and what becomes of them (Payments v2, `capture`)."""

from __future__ import annotations

from local.sandboxes.paypal.account import Account
from local.sandboxes.paypal.errors import refused
from local.sandboxes.paypal.events import emit
from local.sandboxes.paypal.money import minor, money
from local.sandboxes.paypal.resource import Resource

PENDING_REASONS = (
    "BUYER_COMPLAINT", "CHARGEBACK", "ECHECK", "INTERNATIONAL_WITHDRAWAL", "OTHER", "PENDING_REVIEW",
    "RECEIVING_PREFERENCE_MANDATES_MANUAL_ACTION", "REFUNDED", "TRANSACTION_APPROVED_AWAITING_FUNDING", "UNILATERAL",
    "VERIFICATION_REQUIRED", "DECLINED_BY_RISK_FRAUD_FILTERS",
)  # fmt: skip
"""Why a capture may be PENDING; the last one is newer than the API description."""

OK = "ok"
INSTRUMENT_DECLINED = "declined"
CAPTURE_DECLINED = "capture_declined"
OUTCOMES = (OK, INSTRUMENT_DECLINED, CAPTURE_DECLINED, *PENDING_REASONS)
"""What the payer's instrument will do: `declined` refuses the call, `capture_declined` makes a DECLINED capture."""

TOOK_MONEY = ("COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED")
_FEE_PER_MILLE, _FEE_FIXED = 48, 60


def check_invoice(account: Account, invoice_id: str | None, order: str) -> None:
    """An invoice is paid once (the account's setting "block duplicate invoice ids").

    Raises:
        PaypalProblem: 422 `DUPLICATE_INVOICE_ID`.
    """
    paid = [row for row in account.captures if row["status"] not in ("DECLINED", "FAILED")]
    held = [row for row in account.authorizations if row["status"] not in ("VOIDED", "DENIED")]
    if invoice_id and any(r.get("invoice_id") == invoice_id and r["_order"] != order for r in [*paid, *held]):
        raise refused("DUPLICATE_INVOICE_ID")


def capture(
    account: Account,
    order: Resource,
    amount: Resource,
    *,
    outcome: str,
    authorization: str | None = None,
    final: bool = True,
    invoice_id: str | None = None,
) -> Resource:
    """A new capture with its event; every check was made before."""
    unit = order["purchase_units"][0]
    ids = {"order_id": order["id"], **({"authorization_id": authorization} if authorization else {})}
    made: Resource = {
        "_kind": "capture",
        "_order": order["id"],
        "_authorization": authorization,
        "id": account.new_id(),
        "status": "PENDING",
        "amount": money(minor(amount), amount["currency_code"]),
        "final_capture": final,
        "disbursement_mode": "INSTANT",
        "seller_protection": {
            "status": "ELIGIBLE",
            "dispute_categories": ["ITEM_NOT_RECEIVED", "UNAUTHORIZED_TRANSACTION"],
        },
        "payee": unit["payee"],
        "supplementary_data": {"related_ids": ids},
        "create_time": account.stamp,
        "update_time": account.stamp,
    }
    made |= {key: unit[key] for key in ("custom_id", "invoice_id") if key in unit}
    if invoice_id:
        made["invoice_id"] = invoice_id
    account.captures.add(made)
    if outcome in PENDING_REASONS:
        made["status_details"] = {"reason": outcome}
        emit(account, "PAYMENT.CAPTURE.PENDING", made)
    elif outcome == OK:
        complete(account, made)
    else:
        deny(account, made)
    return made


def complete(account: Account, made: Resource) -> None:
    gross, currency = minor(made["amount"]), made["amount"]["currency_code"]
    fee = min(gross, gross * _FEE_PER_MILLE // 1000 + _FEE_FIXED)
    made.pop("status_details", None)
    made.update(
        status="COMPLETED",
        update_time=account.stamp,
        seller_receivable_breakdown={
            "gross_amount": money(gross, currency),
            "paypal_fee": money(fee, currency),
            "net_amount": money(gross - fee, currency),
        },
    )
    emit(account, "PAYMENT.CAPTURE.COMPLETED", made)


def deny(account: Account, made: Resource) -> None:
    made.pop("status_details", None)
    made.update(status="DECLINED", update_time=account.stamp)
    made["seller_protection"] = {"status": "NOT_ELIGIBLE"}
    emit(account, "PAYMENT.CAPTURE.DENIED", made)


def captured(account: Account, authorizations: list[str]) -> int:
    """Minor units that captures of these authorizations took or are about to take."""
    mine = [row for row in account.captures if row["_authorization"] in authorizations]
    return sum(minor(row["amount"]) for row in mine if row["status"] not in ("DECLINED", "FAILED"))
