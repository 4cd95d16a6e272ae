"""Money going back: refunds that the store asks for, and reversals that PayPal or a bank imposes."""

from __future__ import annotations

from local.sandboxes.paypal.account import Account
from local.sandboxes.paypal.events import emit
from local.sandboxes.paypal.money import minor, money
from local.sandboxes.paypal.resource import Resource

GIVEN = ("COMPLETED", "PENDING")
"""The refunds that count against what is left of a capture."""


def refunds_of(account: Account, capture: Resource) -> list[Resource]:
    return [row for row in account.refunds if row["_capture"] == capture["id"] and row["status"] in GIVEN]


def left(account: Account, capture: Resource) -> int:
    """Minor units that can still be refunded."""
    return minor(capture["amount"]) - sum(minor(row["amount"]) for row in refunds_of(account, capture))


def refund(account: Account, capture: Resource, amount: int, given: Resource, *, pending: bool) -> Resource:
    made = _new(account, capture, amount)
    made |= {key: given[key] for key in ("custom_id", "invoice_id", "note_to_payer") if key in given}
    if pending:
        made.update(status="PENDING", status_details={"reason": "ECHECK"})
        emit(account, "PAYMENT.REFUND.PENDING", made)
    else:
        settle(account, made)
    return made


def settle(account: Account, made: Resource, event: str = "PAYMENT.CAPTURE.REFUNDED") -> None:
    """The money is back with the payer."""
    made.pop("status_details", None)
    made.update(status="COMPLETED", update_time=account.stamp)
    capture = account.captures.get(made["_capture"])
    _show_on_capture(account, capture)
    total = sum(minor(row["amount"]) for row in refunds_of(account, capture))
    breakdown = made["seller_payable_breakdown"]
    breakdown["total_refunded_amount"] = money(total, made["amount"]["currency_code"])
    emit(account, event, made)


def fail(account: Account, made: Resource) -> None:
    """The refund did not reach the payer, or came back later: the money is the store's again."""
    made.pop("status_details", None)
    made.update(status="FAILED", update_time=account.stamp)
    _show_on_capture(account, account.captures.get(made["_capture"]))
    emit(account, "PAYMENT.REFUND.FAILED", made)


def reverse(account: Account, capture: Resource, reason: str, amount: int) -> Resource:
    """PayPal takes the money back, as after a chargeback. The event's resource has the shape of a refund."""
    made = _new(account, capture, amount)
    made["_reversal"] = True
    capture["_reversed"] = reason
    settle(account, made, "PAYMENT.CAPTURE.REVERSED")
    return made


def withdraw(account: Account, capture: Resource) -> None:
    """The store wins: what was taken back is its own again. PayPal has no event for that, other than the dispute's."""
    for row in account.refunds:
        if row["_capture"] == capture["id"] and row["_reversal"]:
            row.update(status="CANCELLED", update_time=account.stamp)
    for name in ("_reversed", "status_details"):
        capture.pop(name, None)
    _show_on_capture(account, capture)


def _new(account: Account, capture: Resource, amount: int) -> Resource:
    currency = capture["amount"]["currency_code"]
    whole, none = money(amount, currency), money(0, currency)
    breakdown = {"gross_amount": whole, "paypal_fee": none, "net_amount": whole, "total_refunded_amount": none}
    made: Resource = {
        "_kind": "refund",
        "_capture": capture["id"],
        "_order": capture["_order"],
        "_reversal": False,
        "id": account.new_id(),
        "status": "PENDING",
        "amount": whole,
        "seller_payable_breakdown": breakdown,
        "payer": capture["payee"],
        "create_time": account.stamp,
        "update_time": account.stamp,
    }
    return account.refunds.add(made)


def _show_on_capture(account: Account, capture: Resource) -> None:
    done = [row for row in refunds_of(account, capture) if row["status"] == "COMPLETED"]
    given = sum(minor(row["amount"]) for row in done)
    whole = minor(capture["amount"])
    capture["status"] = "REFUNDED" if given >= whole else "PARTIALLY_REFUNDED" if given else "COMPLETED"
    capture["update_time"] = account.stamp
    if any(row["_reversal"] for row in done):
        capture["status_details"] = {"reason": capture["_reversed"]}
