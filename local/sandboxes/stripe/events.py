"""Events: written when something happens, sent to the endpoints that want them, kept to be listed."""

from __future__ import annotations

import json

from local.sandboxes.kernel.webhooks import Delivery
from local.sandboxes.stripe.account import Account, Hook
from local.sandboxes.stripe.call import Call
from local.sandboxes.stripe.render import render
from local.sandboxes.stripe.resource import Resource


def emit(
    account: Account, kind: str, resource: Resource, call: Call | None = None, previous: Resource | None = None
) -> Resource:
    """Record that `kind` happened to `resource`, as it is now, and hand it to every endpoint that wants it.

    Without a `call` nobody asked for it: it happened by itself, and `request.id` is null.
    """
    data: Resource = {"object": render(account, resource)}
    if previous is not None:
        data["previous_attributes"] = previous
    hooks = [hook for hook in account.hooks.values() if hook.wants(kind)]
    event = account.events.add(
        {
            "id": account.new_id("evt_"),
            "object": "event",
            "api_version": account.settings.api_version,
            "created": account.now,
            "data": data,
            "livemode": False,
            "pending_webhooks": len(hooks),
            "request": {
                "id": call.request_id if call else None,
                "idempotency_key": call.idempotency_key if call else None,
            },
            "type": kind,
        }
    )
    for hook in hooks:
        send(account, event, hook)
    return event


def send(account: Account, event: Resource, hook: Hook) -> None:
    body = json.dumps(render(account, event), indent=2, ensure_ascii=False).encode()
    account.webhooks.send(Delivery(event["id"], event["type"], body, hook.endpoint, "application/json; charset=utf-8"))


def pending(account: Account, event: Resource) -> int:
    """How many endpoints have not accepted the event yet."""
    return 0 if event["id"] in account.webhooks.delivered else int(event["pending_webhooks"])
