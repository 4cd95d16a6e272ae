"""Operations on authorizations (Payments v2)."""

from __future__ import annotations

from typing import Any

from local.sandboxes.paypal.account import Account
from local.sandboxes.paypal.authorizing import HONOR, LIVE, held, hold_of, is_over, reauthorize, release, settle
from local.sandboxes.paypal.call import PAYMENTS_KEPT, Call, Operations
from local.sandboxes.paypal.capturing import CAPTURE_DECLINED, INSTRUMENT_DECLINED, capture, captured, check_invoice
from local.sandboxes.paypal.errors import PaypalProblem, refused
from local.sandboxes.paypal.fields import MONEY, Flag, Obj, Text
from local.sandboxes.paypal.money import check_money, minor, money
from local.sandboxes.paypal.resource import Resource
from local.sandboxes.paypal.scopes import PAYMENTS

operations = Operations()
_KEEPING: dict[str, Any] = {"status": 201, "repeated": 201, "kept": PAYMENTS_KEPT, "brief": True}
_PATH = "/v2/payments/authorizations/<authorization>"
MOST_CAPTURES = 10
_OVER_PERCENT, _OVER_USD = 115, 7500

CAPTURE = Obj(
    {
        "amount": MONEY,
        "invoice_id": Text(0, 127),
        "final_capture": Flag(),
        "note_to_payer": Text(0, 255),
        "soft_descriptor": Text(0, 22),
    }
)


@operations.get(_PATH, PAYMENTS)
def retrieve(account: Account, call: Call, authorization: str) -> Resource:  # noqa: ARG001
    return account.authorizations.get(authorization)


@operations.post(f"{_PATH}/capture", PAYMENTS, CAPTURE, **_KEEPING)
def capture_authorization(account: Account, call: Call, authorization: str) -> Resource:
    """Without an amount it takes all that is left of the hold."""
    found, body = account.authorizations.get(authorization), call.body
    _check_live(account, found)
    currency = found["amount"]["currency_code"]
    amount = body.get("amount") or money(held(account, found), currency)
    _check_amount(amount, currency, "AUTH_CAPTURE_CURRENCY_MISMATCH")
    hold = [row["id"] for row in hold_of(account, found)]
    _check_limits(account, found, hold, minor(amount))
    _check_invoice(account, found, hold, body.get("invoice_id"))
    if found["_outcome"] == INSTRUMENT_DECLINED:
        raise refused("INSTRUMENT_DECLINED")
    final = body.get("final_capture", False)
    made = capture(
        account,
        account.orders.get(found["_order"]),
        amount,
        outcome=found["_outcome"],
        authorization=found["id"],
        final=final,
        invoice_id=body.get("invoice_id"),
    )
    if found["_outcome"] != CAPTURE_DECLINED:
        settle(account, found, final=final)
    return made


@operations.post(f"{_PATH}/reauthorize", PAYMENTS, Obj({"amount": MONEY}), **_KEEPING)
def reauthorize_authorization(account: Account, call: Call, authorization: str) -> Resource:
    """Once the honor period is over, on the original authorization, up to 115 % of its amount."""
    found = account.authorizations.get(authorization)
    if found["_parent"] is not None:
        raise refused("REAUTHORIZATION_NOT_SUPPORTED")
    _check_live(account, found)
    currency = found["amount"]["currency_code"]
    amount = call.body.get("amount") or found["amount"]
    _check_amount(amount, currency, "AUTH_CURRENCY_MISMATCH")
    if account.age_of(found["_honored_at"]) < HONOR:
        raise refused("REAUTHORIZATION_TOO_SOON")
    if minor(amount) > _most(found):
        raise refused("TRANSACTION_REFUSED", "/amount/value")
    return reauthorize(account, found, money(minor(amount), currency))


@operations.post(f"{_PATH}/void", PAYMENTS, kept=PAYMENTS_KEPT, brief=True, empty=True)
def void(account: Account, call: Call, authorization: str) -> Resource:  # noqa: ARG001
    found = account.authorizations.get(authorization)
    if found["_parent"] is not None:
        raise refused("CANNOT_BE_VOIDED")
    if found["status"] == "VOIDED":
        raise refused("PREVIOUSLY_VOIDED")
    if found["status"] == "CAPTURED":
        raise refused("PREVIOUSLY_CAPTURED")
    release(account, found)
    return found


def _check_live(account: Account, found: Resource) -> None:
    if found["_expired"] or (found["status"] in LIVE and is_over(account, found)):
        raise refused("AUTHORIZATION_EXPIRED")
    match found["status"]:
        case "VOIDED":
            raise refused("AUTHORIZATION_VOIDED")
        case "DENIED":
            raise refused("AUTHORIZATION_DENIED")
        case "CAPTURED":
            raise refused("AUTHORIZATION_ALREADY_CAPTURED")


def _check_amount(amount: Resource, currency: str, mismatch: str) -> None:
    if problems := list(check_money(amount, "/amount")):
        raise PaypalProblem(422, problems)
    if amount["currency_code"] != currency:
        raise refused(mismatch, "/amount/currency_code")


def _check_limits(account: Account, found: Resource, hold: list[str], amount: int) -> None:
    if sum(1 for row in account.captures if row["_authorization"] in hold) >= MOST_CAPTURES:
        raise refused("MAX_CAPTURE_COUNT_EXCEEDED")
    if captured(account, hold) + amount > _most(hold_of(account, found)[0]):
        raise refused("MAX_CAPTURE_AMOUNT_EXCEEDED", "/amount/value")


def _most(original: Resource) -> int:
    """115 % of the original amount, and no more than 75 USD above it."""
    whole = minor(original["amount"])
    most = whole * _OVER_PERCENT // 100
    return min(most, whole + _OVER_USD) if original["amount"]["currency_code"] == "USD" else most


def _check_invoice(account: Account, found: Resource, hold: list[str], given: str | None) -> None:
    check_invoice(account, given or found.get("invoice_id"), found["_order"])
    mine = [row for row in account.captures if row["_authorization"] in hold and row["status"] != "DECLINED"]
    if given and any(row.get("invoice_id") == given for row in mine):
        raise refused("DUPLICATE_INVOICE_ID", "/invoice_id")
