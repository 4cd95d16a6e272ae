"""Operations on customers (docs.stripe.com/api/customers)."""

from __future__ import annotations

from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.call import Call, Operations
from local.sandboxes.stripe.errors import invalid, no_such
from local.sandboxes.stripe.events import emit
from local.sandboxes.stripe.fields import ADDRESS, PAGE, SHIPPING, Items, Kind, Metadata, Obj, Span, Text
from local.sandboxes.stripe.lists import page
from local.sandboxes.stripe.methods import attach, detach, resolve
from local.sandboxes.stripe.resource import Resource, empty_address, merge_metadata

operations = Operations()
_PATH = "/v1/customers/<customer>"

_PLAIN = ("description", "email", "name", "phone", "shipping", "preferred_locales")

_FIELDS: dict[str, Kind] = {
    "address": ADDRESS,
    "description": Text(),
    "email": Text(longest=512),
    "invoice_settings": Obj({"default_payment_method": Text()}),
    "metadata": Metadata(),
    "name": Text(longest=256),
    "phone": Text(longest=20),
    "preferred_locales": Items(Text()),
    "shipping": SHIPPING,
}


def living_customer(account: Account, identity: str) -> Resource:
    """
    Raises:
        StripeProblem: unknown or deleted, named in the parameter `customer`.
    """
    customer = account.customers.get(identity, "customer", 400)
    if customer.get("deleted"):
        raise no_such("customer", identity, "customer", 400)
    return customer


@operations.post("/v1/customers", Obj({**_FIELDS, "payment_method": Text()}))
def create(account: Account, call: Call) -> Resource:
    customer = account.customers.add(
        {
            "id": account.new_id("cus_", 14),
            "object": "customer",
            "address": None,
            "balance": 0,
            "created": account.now,
            "currency": None,
            "customer_account": None,
            "default_source": None,
            "delinquent": False,
            "description": None,
            "discount": None,
            "email": None,
            "invoice_prefix": account.new_id("", 8).upper(),
            "invoice_settings": {
                "custom_fields": None,
                "default_payment_method": None,
                "footer": None,
                "rendering_options": None,
            },
            "livemode": False,
            "metadata": {},
            "name": None,
            "next_invoice_sequence": 1,
            "phone": None,
            "preferred_locales": [],
            "shipping": None,
            "tax_exempt": "none",
            "test_clock": None,
        }
    )
    _change(account, call, customer)
    emit(account, "customer.created", customer, call)
    if method := call.params.get("payment_method"):
        attach(account, call, resolve(account, method), customer["id"])
    return customer


@operations.get("/v1/customers", Obj({**PAGE, "created": Span(), "email": Text(longest=512)}))
def list_all(account: Account, call: Call) -> Resource:
    return page(account.customers, call, "/v1/customers", equal=("email",), where=lambda row: not row.get("deleted"))


@operations.get(_PATH)
def retrieve(account: Account, call: Call, customer: str) -> Resource:  # noqa: ARG001
    return account.customers.get(customer)


@operations.post(_PATH, Obj(_FIELDS))
def update(account: Account, call: Call, customer: str) -> Resource:
    found = _living(account, customer)
    _change(account, call, found)
    emit(account, "customer.updated", found, call)
    return found


@operations.delete(_PATH)
def delete(account: Account, call: Call, customer: str) -> Resource:
    found = _living(account, customer)
    emit(account, "customer.deleted", found, call)
    for method in account.methods:
        if method["customer"] == customer:
            detach(account, call, method)
    return account.customers.add({"id": customer, "object": "customer", "created": found["created"], "deleted": True})


@operations.get(f"{_PATH}/payment_methods", Obj({**PAGE, "type": Text()}))
def list_methods(account: Account, call: Call, customer: str) -> Resource:
    _living(account, customer)
    return page(
        account.methods,
        call,
        f"/v1/customers/{customer}/payment_methods",
        equal=("type",),
        where=lambda row: row["customer"] == customer,
    )


@operations.get(f"{_PATH}/payment_methods/<method>")
def retrieve_method(account: Account, call: Call, customer: str, method: str) -> Resource:  # noqa: ARG001
    found = account.methods.get(method, "payment_method")
    if found["customer"] != customer:
        raise no_such("PaymentMethod", method, "payment_method")
    return found


def _living(account: Account, customer: str) -> Resource:
    found = account.customers.get(customer)
    if found.get("deleted"):
        raise no_such("customer", customer)
    return found


def _change(account: Account, call: Call, customer: Resource) -> None:
    params = call.params
    default = (params.get("invoice_settings") or {}).get("default_payment_method")
    if default:
        method = account.methods.get(default, "invoice_settings[default_payment_method]", 400)
        if method["customer"] != customer["id"]:
            raise invalid(
                f"The customer does not have a payment method with the ID {default}. The payment method must be "
                "attached to the customer.",
                param="invoice_settings[default_payment_method]",
            )
    customer.update({key: params[key] for key in _PLAIN if key in params})
    if "address" in params:
        customer["address"] = {**empty_address(), **params["address"]} if params["address"] else None
    if "invoice_settings" in params:
        customer["invoice_settings"]["default_payment_method"] = default
    merge_metadata(customer, params.get("metadata"))
