"""Operations on events and webhook endpoints."""

from __future__ import annotations

from local.sandboxes.kernel.webhooks import Endpoint
from local.sandboxes.stripe.account import Account, Hook
from local.sandboxes.stripe.call import Call, Operations
from local.sandboxes.stripe.errors import invalid
from local.sandboxes.stripe.events import pending
from local.sandboxes.stripe.fields import PAGE, Flag, Items, Kind, Metadata, Obj, Span, Text
from local.sandboxes.stripe.lists import page
from local.sandboxes.stripe.resource import Resource, merge_metadata
from local.sandboxes.stripe.signature import signer

operations = Operations()

KEPT_SECONDS = 30 * 24 * 3600
_LIST = Obj({**PAGE, "created": Span(), "delivery_success": Flag(), "type": Text(), "types": Items(Text())})
_ENDPOINT: dict[str, Kind] = {
    "description": Text(),
    "enabled_events": Items(Text()),
    "metadata": Metadata(),
    "url": Text(),
}


@operations.get("/v1/events", _LIST)
def list_all(account: Account, call: Call) -> Resource:
    """Of the last 30 days; `delivery_success=false` finds what an endpoint has not accepted."""
    params = call.params
    if params.get("type") and params.get("types"):
        raise invalid("You may only specify one of these parameters: type, types.")
    kinds = [params["type"]] if params.get("type") else params.get("types") or []
    delivered = params.get("delivery_success")

    def fits(event: Resource) -> bool:
        if account.now - event["created"] > KEPT_SECONDS:
            return False
        if kinds and not any(_is_kind(event["type"], kind) for kind in kinds):
            return False
        return delivered is None or delivered == (pending(account, event) == 0)

    found = page(account.events, call, "/v1/events", where=fits)
    return {**found, "data": [_current(account, event) for event in found["data"]]}


@operations.get("/v1/events/<event>")
def retrieve(account: Account, call: Call, event: str) -> Resource:  # noqa: ARG001
    return _current(account, account.events.get(event))


def _is_kind(kind: str, asked: str) -> bool:
    return kind.startswith(asked[:-1]) if asked.endswith("*") else kind == asked


def _current(account: Account, event: Resource) -> Resource:
    return {**event, "pending_webhooks": pending(account, event)}


@operations.post("/v1/webhook_endpoints", Obj(_ENDPOINT, required=("url", "enabled_events")))
def create_endpoint(account: Account, call: Call) -> Resource:
    params = call.params
    secret = account.new_id("whsec_", 32)
    endpoint = account.endpoints.add(
        {
            "id": account.new_id("we_"),
            "object": "webhook_endpoint",
            "api_version": None,
            "application": None,
            "created": account.now,
            "description": params.get("description"),
            "enabled_events": params["enabled_events"],
            "livemode": False,
            "metadata": dict(params.get("metadata") or {}),
            "status": "enabled",
            "url": params["url"],
        }
    )
    account.hooks[endpoint["id"]] = Hook(
        Endpoint(signer(lambda: [secret]), params["url"]), tuple(params["enabled_events"])
    )
    return {**endpoint, "secret": secret}


@operations.get("/v1/webhook_endpoints", Obj(PAGE))
def list_endpoints(account: Account, call: Call) -> Resource:
    return page(account.endpoints, call, "/v1/webhook_endpoints", where=lambda row: not row.get("deleted"))


@operations.get("/v1/webhook_endpoints/<endpoint>")
def retrieve_endpoint(account: Account, call: Call, endpoint: str) -> Resource:  # noqa: ARG001
    return account.endpoints.get(endpoint)


@operations.post("/v1/webhook_endpoints/<endpoint>", Obj({**_ENDPOINT, "disabled": Flag()}))
def update_endpoint(account: Account, call: Call, endpoint: str) -> Resource:
    found = account.endpoints.get(endpoint)
    params = call.params
    found.update({key: params[key] for key in ("description", "enabled_events", "url") if key in params})
    if "disabled" in params:
        found["status"] = "disabled" if params["disabled"] else "enabled"
    merge_metadata(found, params.get("metadata"))
    hook = account.hooks[endpoint]
    hook.endpoint.url = found["url"]
    hook.enabled_events = tuple(found["enabled_events"]) if found["status"] == "enabled" else ()
    return found


@operations.delete("/v1/webhook_endpoints/<endpoint>")
def delete_endpoint(account: Account, call: Call, endpoint: str) -> Resource:  # noqa: ARG001
    account.endpoints.get(endpoint)
    del account.hooks[endpoint]
    return account.endpoints.add({"id": endpoint, "object": "webhook_endpoint", "deleted": True})
