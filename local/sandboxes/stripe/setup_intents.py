"""Operations on SetupIntents (docs.stripe.com/api/setup_intents): a card saved without a payment."""

from __future__ import annotations

from local.sandboxes.stripe.access import check_client_secret
from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.call import Call, Operations
from local.sandboxes.stripe.customers import living_customer
from local.sandboxes.stripe.errors import invalid, unexpected_state
from local.sandboxes.stripe.events import emit
from local.sandboxes.stripe.fields import PAGE, Flag, Items, Kind, Metadata, Obj, Span, Text
from local.sandboxes.stripe.intent_fields import AUTOMATIC, CARD_DATA, MANDATE, METHOD_DATA, THREE_D_SECURE, TYPES
from local.sandboxes.stripe.intents import CHANGEABLE, automatic_methods, check_types
from local.sandboxes.stripe.lists import page
from local.sandboxes.stripe.methods import check_usable, from_data, resolve
from local.sandboxes.stripe.render import render
from local.sandboxes.stripe.resource import Resource, merge_metadata
from local.sandboxes.stripe.setting_up import confirm

operations = Operations()
_PATH = "/v1/setup_intents/<intent>"

_SHARED: dict[str, Kind] = {
    "payment_method": Text(),
    "payment_method_data": Obj({**METHOD_DATA, "card": CARD_DATA}, required=("type",)),
    "payment_method_options": Obj({"card": Obj({"request_three_d_secure": THREE_D_SECURE})}),
}
_DESCRIBED: dict[str, Kind] = {
    "customer": Text(),
    "description": Text(),
    "metadata": Metadata(),
    TYPES: Items(Text()),
}
_CONFIRMING: dict[str, Kind] = {"mandate_data": MANDATE, "return_url": Text(), "use_stripe_sdk": Flag()}

_CREATE = Obj(
    {
        **_SHARED,
        **_DESCRIBED,
        **_CONFIRMING,
        "automatic_payment_methods": AUTOMATIC,
        "confirm": Flag(),
        "usage": Text(("off_session", "on_session")),
    }
)


@operations.post("/v1/setup_intents", _CREATE)
def create(account: Account, call: Call) -> Resource:
    params = call.params
    check_types(account, params)
    if customer := params.get("customer"):
        living_customer(account, customer)
    method = _method_of(account, call, params.get("customer"))
    identity = account.new_id("seti_")
    intent = account.setups.add(
        {
            "id": identity,
            "object": "setup_intent",
            "application": None,
            "automatic_payment_methods": automatic_methods(params),
            "cancellation_reason": None,
            "client_secret": f"{identity}_secret_{account.new_id('')}",
            "created": account.now,
            "customer": params.get("customer"),
            "customer_account": None,
            "description": params.get("description"),
            "excluded_payment_method_types": None,
            "flow_directions": None,
            "last_setup_error": None,
            "latest_attempt": None,
            "livemode": False,
            "mandate": None,
            "metadata": {key: value for key, value in (params.get("metadata") or {}).items() if value},
            "next_action": None,
            "on_behalf_of": None,
            "payment_method": method["id"] if method else None,
            "payment_method_configuration_details": None,
            "payment_method_options": {"card": {"network": None, "request_three_d_secure": "automatic"}},
            "payment_method_types": params.get(TYPES) or ["card"],
            "single_use_mandate": None,
            "status": "requires_confirmation" if method else "requires_payment_method",
            "usage": params.get("usage") or "off_session",
            "_authenticated": False,
        }
    )
    emit(account, "setup_intent.created", intent, call)
    if params.get("confirm"):
        confirm(account, call, intent)
    return intent


@operations.get("/v1/setup_intents", Obj({**PAGE, "created": Span(), "customer": Text(), "payment_method": Text()}))
def list_all(account: Account, call: Call) -> Resource:
    return page(account.setups, call, "/v1/setup_intents", equal=("customer", "payment_method"))


@operations.get(_PATH, public=True)
def retrieve(account: Account, call: Call, intent: str) -> Resource:
    return _allowed(account, call, intent)


@operations.post(_PATH, Obj({**_SHARED, **_DESCRIBED}))
def update(account: Account, call: Call, intent: str) -> Resource:
    found = account.setups.get(intent, "intent")
    _change(account, call, found)
    return found


@operations.post(f"{_PATH}/confirm", Obj({**_SHARED, **_CONFIRMING}), public=True)
def confirm_intent(account: Account, call: Call, intent: str) -> Resource:
    found = _allowed(account, call, intent)
    if found["status"] in CHANGEABLE:
        _change(account, call, found)
    confirm(account, call, found)
    return found


@operations.post(
    f"{_PATH}/cancel", Obj({"cancellation_reason": Text(("abandoned", "duplicate", "requested_by_customer"))})
)
def cancel(account: Account, call: Call, intent: str) -> Resource:
    found = account.setups.get(intent, "intent")
    if found["status"] not in CHANGEABLE:
        raise unexpected_state(
            f"You cannot cancel this SetupIntent because it has a status of {found['status']}. Only a SetupIntent with "
            f"one of the following statuses may be canceled: {', '.join(CHANGEABLE)}.",
            render(account, found),
            "setup_intent",
        )
    found.update(status="canceled", cancellation_reason=call.params.get("cancellation_reason"), next_action=None)
    emit(account, "setup_intent.canceled", found, call)
    return found


def _allowed(account: Account, call: Call, intent: str) -> Resource:
    found = account.setups.get(intent, "intent")
    if call.public:
        check_client_secret(found, call.params.get("client_secret"), "SetupIntent")
    return found


def _method_of(account: Account, call: Call, customer: str | None) -> Resource | None:
    if data := call.params.get("payment_method_data"):
        method = from_data(account, data, public=call.public)
    elif identity := call.params.get("payment_method"):
        method = resolve(account, identity)
    else:
        return None
    check_usable(method, customer, "SetupIntent")
    return method


def _change(account: Account, call: Call, intent: Resource) -> None:
    params = call.params
    if params.get("customer"):
        living_customer(account, params["customer"])
    customer = params.get("customer", intent["customer"])
    if intent["customer"] not in (None, customer):
        raise invalid("The customer of a SetupIntent cannot be changed.", param="customer")
    method = _method_of(account, call, customer)
    intent["customer"] = customer
    intent.update({key: params[key] for key in ("description",) if key in params})
    if TYPES in params:
        intent["payment_method_types"] = params[TYPES]
    merge_metadata(intent, params.get("metadata"))
    if method is not None:
        intent.update(payment_method=method["id"], status="requires_confirmation", next_action=None)
