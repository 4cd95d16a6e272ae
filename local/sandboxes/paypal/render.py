"""From stored objects to what a client sees: hidden keys out, links and an order's payments in."""

from __future__ import annotations

from local.sandboxes.paypal.account import Account
from local.sandboxes.paypal.resource import Resource, visible

_ONLY_ALONE = ("supplementary_data", "payee")
"""What a payment shows when it is asked for by itself, and not inside an order."""


def render(account: Account, resource: Resource) -> Resource:
    shown: Resource = visible(resource)
    if links := _LINKS.get(resource.get("_kind", "")):
        shown["links"] = links(account, resource)
    if resource.get("_kind") == "order" and (payments := _payments(account, resource)):
        shown["purchase_units"][0]["payments"] = payments
    return shown


def _payments(account: Account, order: Resource) -> Resource:
    """Present only once there are any: an order that nobody captured or authorised has no `payments`."""
    found: Resource = {}
    refunds = account.refunds if account.refunds_listed else ()
    for name, table in (
        ("authorizations", account.authorizations),
        ("captures", account.captures),
        ("refunds", refunds),
    ):
        if mine := [render(account, row) for row in table if row["_order"] == order["id"]]:
            found[name] = [{key: row[key] for key in row if key not in _ONLY_ALONE} for row in mine]
    return found


def link(rel: str, href: str, method: str = "GET") -> Resource:
    return {"href": href, "rel": rel, "method": method}


def payer_url(account: Account, order: Resource) -> str:
    """Where the payer approves."""
    return f"{account.checkout}?token={order['id']}"


def order_links(account: Account, order: Resource) -> list[Resource]:
    place = f"{account.base}/v2/checkout/orders/{order['id']}"
    verb = order["intent"].lower()
    itself = [link("self", place)]
    match order["status"]:
        case "PAYER_ACTION_REQUIRED":
            return [*itself, link("payer-action", payer_url(account, order))]
        case "CREATED":
            approve = link("approve", payer_url(account, order))
            return [*itself, approve, link("update", place, "PATCH"), link(verb, f"{place}/{verb}", "POST")]
        case "APPROVED":
            return [*itself, link("update", place, "PATCH"), link(verb, f"{place}/{verb}", "POST")]
    return itself


def capture_links(account: Account, capture: Resource) -> list[Resource]:
    place = f"{account.base}/v2/payments/captures/{capture['id']}"
    if held := capture["_authorization"]:
        up = f"{account.base}/v2/payments/authorizations/{held}"
    else:
        up = f"{account.base}/v2/checkout/orders/{capture['_order']}"
    return [link("self", place), link("refund", f"{place}/refund", "POST"), link("up", up)]


def authorization_links(account: Account, authorization: Resource) -> list[Resource]:
    place = f"{account.base}/v2/payments/authorizations/{authorization['id']}"
    verbs = [link(verb, f"{place}/{verb}", "POST") for verb in ("capture", "void", "reauthorize")]
    up = link("up", f"{account.base}/v2/checkout/orders/{authorization['_order']}")
    return [link("self", place), *verbs, up]


def refund_links(account: Account, refund: Resource) -> list[Resource]:
    up = f"{account.base}/v2/payments/captures/{refund['_capture']}"
    return [link("self", f"{account.base}/v2/payments/refunds/{refund['id']}"), link("up", up)]


def dispute_links(account: Account, dispute: Resource) -> list[Resource]:
    return [link("self", f"{account.base}/v1/customer/disputes/{dispute['dispute_id']}")]


def event_links(account: Account, event: Resource) -> list[Resource]:
    place = f"{account.base}/v1/notifications/webhooks-events/{event['id']}"
    return [link("self", place), link("resend", f"{place}/resend", "POST")]


_LINKS = {
    "order": order_links,
    "capture": capture_links,
    "authorization": authorization_links,
    "refund": refund_links,
    "dispute": dispute_links,
    "event": event_links,
}
