"""Operations on PaymentMethods (docs.stripe.com/api/payment_methods)."""

from __future__ import annotations

from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.call import Call, Operations
from local.sandboxes.stripe.customers import living_customer
from local.sandboxes.stripe.errors import invalid
from local.sandboxes.stripe.events import emit
from local.sandboxes.stripe.fields import BILLING, PAGE, Metadata, Obj, Text, Whole
from local.sandboxes.stripe.intent_fields import PAYING_DATA, REDISPLAY
from local.sandboxes.stripe.lists import page
from local.sandboxes.stripe.methods import attach, detach, from_data, resolve
from local.sandboxes.stripe.resource import Resource, billing_details, merge_metadata

operations = Operations()
_PATH = "/v1/payment_methods/<method>"

_UPDATE = Obj(
    {
        "allow_redisplay": REDISPLAY,
        "billing_details": BILLING,
        "card": Obj({"exp_month": Whole(1), "exp_year": Whole(1)}),
        "metadata": Metadata(),
    }
)


@operations.post("/v1/payment_methods", Obj(PAYING_DATA), public=True)
def create(account: Account, call: Call) -> Resource:
    return from_data(account, call.params, public=call.public)


@operations.get("/v1/payment_methods", Obj({**PAGE, "customer": Text(), "type": Text(), "allow_redisplay": REDISPLAY}))
def list_all(account: Account, call: Call) -> Resource:
    if customer := call.params.get("customer"):
        living_customer(account, customer)
    return page(
        account.methods,
        call,
        "/v1/payment_methods",
        equal=("type", "customer", "allow_redisplay"),
        where=lambda row: row["customer"] is not None,
    )


@operations.get(_PATH)
def retrieve(account: Account, call: Call, method: str) -> Resource:  # noqa: ARG001
    return resolve(account, method, status=404)


@operations.post(_PATH, _UPDATE)
def update(account: Account, call: Call, method: str) -> Resource:
    found = account.methods.get(method, "payment_method")
    params = call.params
    if card := params.get("card"):
        if found["type"] != "card":
            raise invalid(f"A PaymentMethod of type {found['type']} has no card.", param="card")
        found["card"].update(card)
    if "billing_details" in params:
        found["billing_details"] = billing_details(params["billing_details"])
    if "allow_redisplay" in params:
        found["allow_redisplay"] = params["allow_redisplay"]
    merge_metadata(found, params.get("metadata"))
    emit(account, "payment_method.updated", found, call)
    return found


@operations.post(f"{_PATH}/attach", Obj({"customer": Text()}, required=("customer",)))
def attach_method(account: Account, call: Call, method: str) -> Resource:
    customer = living_customer(account, call.params["customer"])
    found = resolve(account, method, status=404)
    if found["customer"] not in (None, customer["id"]):
        raise invalid(
            "The payment method you provided has already been attached to a customer.", param="payment_method"
        )
    attach(account, call, found, customer["id"])
    return found


@operations.post(f"{_PATH}/detach")
def detach_method(account: Account, call: Call, method: str) -> Resource:
    found = account.methods.get(method, "payment_method")
    if found["customer"] is None:
        raise invalid(
            "The payment method you provided is not attached to a customer so detachment is impossible.",
            param="payment_method",
        )
    detach(account, call, found)
    return found
