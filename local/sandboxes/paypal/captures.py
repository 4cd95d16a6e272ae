"""Operations on captures and refunds (Payments v2)."""

from __future__ import annotations

from datetime import timedelta

from local.sandboxes.paypal.account import Account
from local.sandboxes.paypal.call import PAYMENTS_KEPT, Call, Operations
from local.sandboxes.paypal.errors import PaypalProblem, refused
from local.sandboxes.paypal.fields import MONEY, Obj, Text
from local.sandboxes.paypal.money import check_money, minor
from local.sandboxes.paypal.refunding import left, refund
from local.sandboxes.paypal.resource import Resource
from local.sandboxes.paypal.scopes import PAYMENTS, REFUNDS

operations = Operations()
REFUNDABLE = timedelta(days=180)
MOST_REFUNDS = 10

REFUND = Obj({"amount": MONEY, "custom_id": Text(1, 127), "invoice_id": Text(1, 127), "note_to_payer": Text(1, 255)})


@operations.get("/v2/payments/captures/<capture>", PAYMENTS)
def retrieve(account: Account, call: Call, capture: str) -> Resource:  # noqa: ARG001
    return account.captures.get(capture)


@operations.get("/v2/payments/refunds/<refund_id>", REFUNDS)
def retrieve_refund(account: Account, call: Call, refund_id: str) -> Resource:  # noqa: ARG001
    return account.refunds.get(refund_id)


@operations.post(
    "/v2/payments/captures/<capture>/refund",
    REFUNDS,
    REFUND,
    status=201,
    repeated=201,
    kept=PAYMENTS_KEPT,
    brief=True,
)
def refund_capture(account: Account, call: Call, capture: str) -> Resource:
    """Without an amount it gives back all that is left."""
    found, body = account.captures.get(capture), call.body
    _check_state(account, found)
    rest = left(account, found)
    amount = rest
    if "amount" in body:
        _check_amount(body["amount"], found["amount"]["currency_code"])
        amount = minor(body["amount"])
    if rest == 0:
        raise refused("CAPTURE_FULLY_REFUNDED")
    if amount > rest:
        raise refused("REFUND_AMOUNT_EXCEEDED", "/amount/value")
    if amount < minor(found["amount"]) and _is_disputed(account, found):
        raise refused("TRANSACTION_DISPUTED")
    mine = [row for row in account.refunds if row["_capture"] == found["id"] and not row["_reversal"]]
    if len(mine) >= MOST_REFUNDS:
        raise refused("MAX_NUMBER_OF_REFUNDS_EXCEEDED")
    used = {row.get("invoice_id") for row in account.refunds if row["status"] != "FAILED"}
    if body.get("invoice_id") in used - {None}:
        raise refused("DUPLICATE_INVOICE_ID", "/invoice_id")
    return refund(account, found, amount, body, pending=account.refunds_pend)


def _check_state(account: Account, found: Resource) -> None:
    if found["status"] == "PENDING":
        raise refused("PENDING_CAPTURE")
    if found["status"] in ("DECLINED", "FAILED"):
        raise refused("REFUND_NOT_ALLOWED")
    if found.get("_reversed"):
        raise refused("REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK")
    if account.age_of(found["create_time"]) > REFUNDABLE:
        raise refused("REFUND_TIME_LIMIT_EXCEEDED")


def _check_amount(amount: Resource, currency: str) -> None:
    if problems := list(check_money(amount, "/amount")):
        raise PaypalProblem(422, problems)
    if amount["currency_code"] != currency:
        raise refused("REFUND_CAPTURE_CURRENCY_MISMATCH", "/amount/currency_code")


def _is_disputed(account: Account, capture: Resource) -> bool:
    return any(row["_capture"] == capture["id"] and row["status"] != "RESOLVED" for row in account.disputes)
