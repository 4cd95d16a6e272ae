"""Operations on charges (docs.stripe.com/api/charges); they are made by PaymentIntents only."""

from __future__ import annotations

from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.call import Call, Operations
from local.sandboxes.stripe.fields import PAGE, Obj, Span, Text
from local.sandboxes.stripe.lists import page
from local.sandboxes.stripe.resource import Resource

operations = Operations()


@operations.get("/v1/charges", Obj({**PAGE, "created": Span(), "customer": Text(), "payment_intent": Text()}))
def list_all(account: Account, call: Call) -> Resource:
    return page(account.charges, call, "/v1/charges", equal=("customer", "payment_intent"))


@operations.get("/v1/charges/<charge>")
def retrieve(account: Account, call: Call, charge: str) -> Resource:  # noqa: ARG001
    return account.charges.get(charge)


@operations.get("/v1/charges/<charge>/refunds", Obj(PAGE))
def list_refunds(account: Account, call: Call, charge: str) -> Resource:
    account.charges.get(charge)
    return page(account.refunds, call, f"/v1/charges/{charge}/refunds", where=lambda refund: refund["charge"] == charge)
