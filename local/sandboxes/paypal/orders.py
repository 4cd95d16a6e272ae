"""Operations on orders (Orders v2)."""

from __future__ import annotations

from typing import Any

from local.sandboxes.paypal.account import Account
from local.sandboxes.paypal.authorizing import authorize
from local.sandboxes.paypal.call import ORDERS_KEPT, Call, Operations
from local.sandboxes.paypal.capturing import INSTRUMENT_DECLINED, capture, check_invoice
from local.sandboxes.paypal.errors import Detail, PaypalProblem, refused
from local.sandboxes.paypal.fields import Obj
from local.sandboxes.paypal.money import normal
from local.sandboxes.paypal.order_amounts import check_unit
from local.sandboxes.paypal.order_fields import CREATE
from local.sandboxes.paypal.render import link, payer_url
from local.sandboxes.paypal.resource import Resource
from local.sandboxes.paypal.scopes import ORDERS

operations = Operations()
_KEEPING: dict[str, Any] = {"status": 201, "repeated": 200, "kept": ORDERS_KEPT, "brief": True}
_PATH = "/v2/checkout/orders/<order>"


@operations.post("/v2/checkout/orders", ORDERS, CREATE, **_KEEPING)
def create(account: Account, call: Call) -> Resource:
    body = call.body
    if "payment_source" in body and call.request_id is None:
        raise PaypalProblem(400, [Detail("PAYPAL_REQUEST_ID_REQUIRED")])
    if len(body["purchase_units"]) > 1:
        raise PaypalProblem(400, [Detail("NOT_SUPPORTED", "/purchase_units/1")])
    unit = body["purchase_units"][0]
    if problems := list(check_unit(unit, "/purchase_units/0")):
        raise PaypalProblem(422, problems)
    wallet = body.get("payment_source", {}).get("paypal")
    context = (wallet or {}).get("experience_context") or body.get("application_context") or {}
    payee = {"email_address": account.settings.email, "merchant_id": account.settings.merchant_id}
    made: Resource = {
        "_kind": "order",
        "_return_url": context.get("return_url"),
        "_cancel_url": context.get("cancel_url"),
        "_ships": context.get("shipping_preference", "GET_FROM_FILE") == "GET_FROM_FILE",
        "_outcome": None,
        "_approved_at": None,
        "id": account.new_id(),
        "intent": body["intent"],
        "status": "CREATED" if wallet is None else "PAYER_ACTION_REQUIRED",
        "purchase_units": [{"reference_id": "default", **normal(unit), "payee": payee}],
        "create_time": account.stamp,
    }
    if wallet is not None:
        made["payment_source"] = {"paypal": {}}
    return account.orders.add(made)


@operations.get(_PATH, ORDERS, query=("fields",))
def retrieve(account: Account, call: Call, order: str) -> Resource:  # noqa: ARG001
    return account.orders.get(order)


@operations.post(f"{_PATH}/capture", ORDERS, Obj(), **_KEEPING)
def capture_order(account: Account, call: Call, order: str) -> Resource:  # noqa: ARG001
    found = account.orders.get(order)
    if found["status"] == "COMPLETED" and found["intent"] == "CAPTURE":
        raise refused("ORDER_ALREADY_CAPTURED")
    _check(account, found, "CAPTURE")
    capture(account, found, found["purchase_units"][0]["amount"], outcome=found["_outcome"])
    found.update(status="COMPLETED", update_time=account.stamp)
    return found


@operations.post(f"{_PATH}/authorize", ORDERS, Obj(), **_KEEPING)
def authorize_order(account: Account, call: Call, order: str) -> Resource:  # noqa: ARG001
    found = account.orders.get(order)
    if found["status"] == "COMPLETED" and found["intent"] == "AUTHORIZE":
        raise refused("ORDER_ALREADY_AUTHORIZED")
    if found["status"] in ("COMPLETED", "VOIDED"):
        raise refused("ORDER_COMPLETED_OR_VOIDED")
    _check(account, found, "AUTHORIZE")
    authorize(account, found)
    found.update(status="COMPLETED", update_time=account.stamp)
    return found


def _check(account: Account, order: Resource, intent: str) -> None:
    if order["intent"] != intent:
        raise PaypalProblem(422, [_other_intent(order["intent"])])
    if order["status"] != "APPROVED":
        raise refused("ORDER_NOT_APPROVED")
    if order["_outcome"] == INSTRUMENT_DECLINED:
        # The order stays approved: only another choice of the payer, behind the link, changes the outcome.
        raise refused("INSTRUMENT_DECLINED", links=[link("redirect", payer_url(account, order))])
    check_invoice(account, order["purchase_units"][0].get("invoice_id"), order["id"])


def _other_intent(intent: str) -> Detail:
    said = Detail("ACTION_DOES_NOT_MATCH_INTENT").to_json()["description"]
    if intent == "CAPTURE":
        return Detail("ACTION_DOES_NOT_MATCH_INTENT")
    swapped = said.replace("'CAPTURE'", "''").replace("'AUTHORIZE'", "'CAPTURE'").replace("''", "'AUTHORIZE'")
    swapped = swapped.replace("order_id/capture", "order_id/authorize")
    return Detail("ACTION_DOES_NOT_MATCH_INTENT", description=swapped)
