"""Operations on PaymentIntents (docs.stripe.com/api/payment_intents)."""

from __future__ import annotations

from local.sandboxes.brazil.pages import base_url
from local.sandboxes.stripe import intent_fields as fields
from local.sandboxes.stripe.access import check_client_secret
from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.aftermath import after_success
from local.sandboxes.stripe.brazilian import check_options, check_terms
from local.sandboxes.stripe.call import Call, Operations
from local.sandboxes.stripe.confirmation_tokens import spend_token
from local.sandboxes.stripe.confirming import Confirmation, confirm
from local.sandboxes.stripe.currencies import check_amount, check_precision, shown
from local.sandboxes.stripe.customers import living_customer
from local.sandboxes.stripe.errors import invalid, unexpected_state
from local.sandboxes.stripe.events import emit
from local.sandboxes.stripe.expiring import cancel
from local.sandboxes.stripe.intents import (
    CANCELABLE,
    CHANGEABLE,
    check_types,
    method_options,
    new_intent,
    shipping,
    wrong_status,
)
from local.sandboxes.stripe.issuing import check_free
from local.sandboxes.stripe.lists import page
from local.sandboxes.stripe.methods import check_usable, from_data, resolve
from local.sandboxes.stripe.releasing import release
from local.sandboxes.stripe.render import render
from local.sandboxes.stripe.resource import Resource, merge_metadata

operations = Operations()
OFFICIAL = "https://api.stripe.com"
_PATH = "/v1/payment_intents/<intent>"


@operations.post("/v1/payment_intents", fields.CREATE_INTENT)
def create(account: Account, call: Call) -> Resource:
    params = call.params
    params["currency"] = params["currency"].lower()
    check_amount(params["amount"], params["currency"])
    check_types(account, params)
    check_terms(params.get(fields.TYPES) or (), params)
    check_options(params.get("payment_method_options"))
    if not params.get("confirm"):
        for name in ("off_session", "return_url", "mandate_data", "error_on_requires_action", "confirmation_token"):
            if params.get(name):
                raise invalid(f"{name} can only be passed when confirm=true.", param=name)
    if customer := params.get("customer"):
        living_customer(account, customer)
    method = _method_of(account, call, params.get("customer"))
    intent = new_intent(account, params)
    if method is not None:
        intent.update(payment_method=method["id"], status="requires_confirmation")
    emit(account, "payment_intent.created", intent, call)
    if params.get("confirm"):
        confirm(account, call, intent, _how(call))
    return intent


@operations.get("/v1/payment_intents", fields.LIST_INTENTS)
def list_all(account: Account, call: Call) -> Resource:
    return page(account.intents, call, "/v1/payment_intents", equal=("customer",))


@operations.get(_PATH, public=True)
def retrieve(account: Account, call: Call, intent: str) -> Resource:
    return _allowed(account, call, intent)


@operations.post(_PATH, fields.UPDATE_INTENT)
def update(account: Account, call: Call, intent: str) -> Resource:
    found = account.intents.get(intent, "intent")
    params = call.params
    frozen = [key for key in params if key not in ("metadata", "description", "receipt_email", "shipping", "expand")]
    if frozen and found["status"] not in CHANGEABLE:
        raise unexpected_state(
            f"This PaymentIntent's {frozen[0]} could not be updated because it has a status of {found['status']}. You "
            f"may only update the {frozen[0]} of a PaymentIntent with one of the following statuses: "
            f"{', '.join(CHANGEABLE)}.",
            render(account, found),
        )
    check_free(account, found)
    check_types(account, params)
    asked = {**found, **params}
    asked["currency"] = asked["currency"].lower()
    check_amount(asked["amount"], asked["currency"])
    check_terms(params.get(fields.TYPES) or found["payment_method_types"], asked)
    check_options(params.get("payment_method_options"))
    _change(account, call, found)
    return found


@operations.post(f"{_PATH}/confirm", fields.CONFIRM_INTENT, public=True)
def confirm_intent(account: Account, call: Call, intent: str) -> Resource:
    found = _allowed(account, call, intent)
    check_free(account, found)
    if found["status"] in CHANGEABLE:
        _change(account, call, found)
    confirm(account, call, found, _how(call))
    return found


@operations.post(f"{_PATH}/capture", fields.CAPTURE_INTENT)
def capture(account: Account, call: Call, intent: str) -> Resource:
    found = account.intents.get(intent, "intent")
    if found["status"] != "requires_capture":
        raise wrong_status(account, found, "captured", ("requires_capture",))
    amount = call.params.get("amount_to_capture") or found["amount_capturable"]
    charge = account.charges.get(found["latest_charge"])
    _check_capture(call, found, amount)
    if found.get("_lapsed"):
        raise invalid(
            "The charge cannot be captured as the authorization has expired. Auth and capture charges must be "
            "captured within a set number of days (7 by default).",
            code="capture_charge_authorization_expired",
        )
    merge_metadata(found, call.params.get("metadata"))
    charge.update(captured=True, amount_captured=amount)
    charge["payment_method_details"]["card"].pop("capture_before", None)
    release(account, charge)
    found.update(status="succeeded", amount_capturable=0, amount_received=amount)
    emit(account, "charge.captured", charge, call)
    emit(account, "payment_intent.succeeded", found, call)
    after_success(account, charge, account.methods.get(found["payment_method"])["_card"])
    return found


@operations.post(f"{_PATH}/cancel", fields.CANCEL_INTENT)
def cancel_intent(account: Account, call: Call, intent: str) -> Resource:
    found = account.intents.get(intent, "intent")
    if found["status"] not in CANCELABLE:
        raise wrong_status(account, found, "canceled", CANCELABLE)
    check_free(account, found)
    cancel(account, call, found, call.params.get("cancellation_reason"))
    return found


def _allowed(account: Account, call: Call, intent: str) -> Resource:
    found = account.intents.get(intent, "intent")
    if call.public:
        check_client_secret(found, call.params.get("client_secret"), "PaymentIntent")
    return found


def _check_capture(call: Call, intent: Resource, amount: int) -> None:
    check_precision(amount, intent["currency"], "amount_to_capture")
    if amount > intent["amount_capturable"]:
        capturable = shown(intent["amount_capturable"], intent["currency"])
        raise invalid(
            f"The amount to capture ({shown(amount, intent['currency'])}) is greater than the amount capturable on "
            f"this PaymentIntent ({capturable}).",
            code="amount_too_large",
            param="amount_to_capture",
        )
    if call.params.get("final_capture") is False:
        raise invalid(
            "This PaymentIntent does not support multicapture: final_capture cannot be false.", param="final_capture"
        )


def _method_of(account: Account, call: Call, customer: str | None) -> Resource | None:
    """The payment method that the parameters bring, checked to be usable."""
    params = call.params
    if token := params.get("confirmation_token"):
        method = spend_token(account, call, token)
    elif data := params.get("payment_method_data"):
        method = from_data(account, data, public=call.public)
    elif identity := params.get("payment_method"):
        method = resolve(account, identity)
    else:
        return None
    check_usable(method, customer, "PaymentIntent")
    return method


def _change(account: Account, call: Call, intent: Resource) -> None:
    """Apply the parameters of an update, or those that a confirmation brings along."""
    params = call.params
    customer = {**intent, **params}["customer"]
    if "customer" in params and customer:
        living_customer(account, customer)
    method = _method_of(account, call, customer)
    for key in (
        "amount",
        "description",
        "receipt_email",
        "setup_future_usage",
        "capture_method",
        "statement_descriptor",
        "statement_descriptor_suffix",
    ):
        if key in params:
            intent[key] = params[key]
    if "currency" in params:
        intent["currency"] = params["currency"].lower()
    if "shipping" in params:
        intent["shipping"] = shipping(params["shipping"])
    if fields.TYPES in params:
        intent["payment_method_types"] = params[fields.TYPES]
    if "payment_method_options" in params:
        options = params["payment_method_options"]
        intent["payment_method_options"] = method_options(options, intent["payment_method_types"])
    intent["customer"] = customer
    merge_metadata(intent, params.get("metadata"))
    if method is not None:
        intent.update(payment_method=method["id"], status="requires_confirmation", next_action=None)


def _how(call: Call) -> Confirmation:
    params = call.params
    return Confirmation(
        base_url=f"{base_url(call.request, OFFICIAL)}/",
        off_session=bool(params.get("off_session")),
        return_url=params.get("return_url"),
        use_stripe_sdk=bool(params.get("use_stripe_sdk")),
        error_on_requires_action=bool(params.get("error_on_requires_action")),
        public=call.public,
    )
