"""Operations on refunds (docs.stripe.com/api/refunds)."""

from __future__ import annotations

from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.call import Call, Operations
from local.sandboxes.stripe.cards import Aftermath
from local.sandboxes.stripe.currencies import check_precision, shown
from local.sandboxes.stripe.disputing import refunds_are_blocked
from local.sandboxes.stripe.errors import invalid
from local.sandboxes.stripe.events import emit
from local.sandboxes.stripe.fields import PAGE, Metadata, Obj, Span, Text, Whole
from local.sandboxes.stripe.lists import page
from local.sandboxes.stripe.releasing import fail_refund, new_refund, settle_refund
from local.sandboxes.stripe.resource import Resource, merge_metadata

operations = Operations()

SETTLE_SECONDS = 30
"""How long a pending refund stays pending, and how soon one that is going to fail does."""

PIX_DAYS = 90

_CREATE = Obj(
    {
        "amount": Whole(1),
        "charge": Text(),
        "payment_intent": Text(),
        "reason": Text(("duplicate", "fraudulent", "requested_by_customer")),
        "metadata": Metadata(),
    }
)


@operations.post("/v1/refunds", _CREATE)
def create(account: Account, call: Call) -> Resource:
    params = call.params
    charge = _charge_of(account, params)
    amount = params.get("amount") or charge["amount"] - charge["amount_refunded"]
    _check(account, charge, amount)
    card = account.methods.get(charge["payment_method"])["_card"]
    aftermath = card and card.aftermath
    status = "pending" if aftermath is Aftermath.REFUND_PENDING else "succeeded"
    refund = new_refund(account, charge, amount, status=status, given=params)
    emit(account, "refund.created", refund, call)
    emit(account, "charge.refunded", charge, call)
    if aftermath is Aftermath.REFUND_PENDING:
        account.later(SETTLE_SECONDS, lambda: _settle(account, refund))
    elif aftermath is Aftermath.REFUND_FAILS:
        account.later(SETTLE_SECONDS, lambda: _fail(account, refund))
    return refund


@operations.get("/v1/refunds", Obj({**PAGE, "charge": Text(), "created": Span(), "payment_intent": Text()}))
def list_all(account: Account, call: Call) -> Resource:
    return page(account.refunds, call, "/v1/refunds", equal=("charge", "payment_intent"))


@operations.get("/v1/refunds/<refund>")
def retrieve(account: Account, call: Call, refund: str) -> Resource:  # noqa: ARG001
    return account.refunds.get(refund)


@operations.post("/v1/refunds/<refund>", Obj({"metadata": Metadata()}))
def update(account: Account, call: Call, refund: str) -> Resource:
    found = account.refunds.get(refund)
    merge_metadata(found, call.params.get("metadata"))
    emit(account, "refund.updated", found, call)
    emit(account, "charge.refund.updated", found, call)
    return found


@operations.post("/v1/refunds/<refund>/cancel")
def cancel(account: Account, call: Call, refund: str) -> Resource:
    """Only a refund that waits for its customer can be canceled; those of cards never do."""
    found = account.refunds.get(refund)
    if found["status"] != "requires_action":
        raise invalid(f"Refund {refund} cannot be canceled because it has a status of {found['status']}.")
    fail_refund(account, found, "", call, status="canceled")
    return found


def _charge_of(account: Account, params: Resource) -> Resource:
    if bool(params.get("charge")) == bool(params.get("payment_intent")):
        raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
    if params.get("charge"):
        charge = account.charges.get(params["charge"], "charge", 404)
        intent = charge["payment_intent"]
    else:
        intent = params["payment_intent"]
        found = account.intents.get(intent, "payment_intent", 404)
        latest = account.charges.find(found["latest_charge"])
        if latest is None:
            raise _nothing_to_refund(intent)
        charge = latest
    if charge["status"] != "succeeded" or not charge["captured"]:
        raise _nothing_to_refund(intent)
    return charge


def _nothing_to_refund(intent: str) -> Exception:
    return invalid(f"This PaymentIntent ({intent}) does not have a successful charge to refund.")


def _check_kind(account: Account, charge: Resource) -> None:
    kind = charge["payment_method_details"]["type"]
    if kind == "boleto":
        raise invalid(f"Charge {charge['id']} was paid with a boleto, and boleto payments cannot be refunded.")
    if kind == "pix" and account.now - charge["created"] > PIX_DAYS * 24 * 3600:
        raise invalid(f"Charge {charge['id']} was paid with Pix more than {PIX_DAYS} days ago; it cannot be refunded.")


def _check(account: Account, charge: Resource, amount: int) -> None:
    _check_kind(account, charge)
    if refunds_are_blocked(account, charge):
        raise invalid(f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    rest = charge["amount"] - charge["amount_refunded"]
    if rest == 0:
        raise invalid(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if amount > rest:
        currency = charge["currency"]
        raise invalid(
            f"Refund amount ({shown(amount, currency)}) is greater than unrefunded amount on charge "
            f"({shown(rest, currency)})",
            param="amount",
        )
    check_precision(amount, charge["currency"])


def _settle(account: Account, refund: Resource) -> None:
    if refund["status"] == "pending":
        settle_refund(account, refund)


def _fail(account: Account, refund: Resource) -> None:
    if refund["status"] == "succeeded":
        fail_refund(account, refund, "expired_or_canceled_card")
