"""From stored objects to what a client sees: hidden keys out, `expand` in (docs.stripe.com/expand)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.errors import invalid
from local.sandboxes.stripe.resource import Resource

type Tree = dict[str, Tree]

DEPTH = 4
NESTED_PAGE = 10
"""A list inside an object shows its first ten items; the rest is behind the list's own url."""

EXPANDABLE: dict[str, dict[str, str]] = {
    "payment_intent": {
        "customer": "customers",
        "payment_method": "methods",
        "latest_charge": "charges",
        "review": "reviews",
    },
    "charge": {"customer": "customers", "payment_intent": "intents", "review": "reviews"},
    "refund": {"charge": "charges", "payment_intent": "intents"},
    "dispute": {"charge": "charges", "payment_intent": "intents"},
    "setup_intent": {"customer": "customers", "payment_method": "methods"},
    "payment_method": {"customer": "customers"},
    "customer.invoice_settings": {"default_payment_method": "methods"},
    "review": {"charge": "charges", "payment_intent": "intents"},
    "radar.early_fraud_warning": {"charge": "charges", "payment_intent": "intents"},
}
"""Object (or part of one) -> expandable key -> the account's table."""


def tree_of(paths: Iterable[str]) -> Tree:
    """`["latest_charge.refunds"]` -> `{"latest_charge": {"refunds": {}}}`."""
    root: Tree = {}
    for path in paths:
        steps = path.split(".")
        if len(steps) - (steps[0] == "data") > DEPTH:
            raise invalid(f"You cannot expand more than {DEPTH} levels of a property. Property: {path}", param="expand")
        place = root
        for step in steps:
            place = place.setdefault(step, {})
    return root


def render(account: Account, resource: Resource, tree: Tree | None = None) -> Resource:
    """A deep copy to show.

    Raises:
        StripeProblem: 400 for a property that cannot be expanded.
    """
    shown: Resource = _show(account, resource, tree or {}, str(resource.get("object", "")))
    return shown


def _show(account: Account, value: Any, tree: Tree, kind: str) -> Any:
    if isinstance(value, list):
        return [_show(account, item, tree, _kind_of(item)) for item in value]
    if not isinstance(value, dict):
        return value
    shown = {
        key: _show(account, item, {}, _kind_of(item, f"{kind}.{key}"))
        for key, item in value.items()
        if not key.startswith("_")
    }
    for key, below in tree.items():
        shown[key] = _expanded(account, value, key, below, kind)
    return shown


def _expanded(account: Account, value: Resource, key: str, below: Tree, kind: str) -> Any:
    if kind == "list" and key == "data":
        return _show(account, value["data"], below, "")
    if kind == "charge" and key == "refunds":
        return _show(account, refunds_of(account, value), below, "list")
    table = EXPANDABLE.get(kind, {}).get(key)
    if table is None:
        if isinstance(inner := value.get(key), dict) and below:
            return _show(account, inner, below, _kind_of(inner, f"{kind}.{key}"))
        raise invalid(f"This property cannot be expanded ({key}).", param="expand")
    if value[key] is None:
        return None
    target = getattr(account, table).get(value[key])
    return _show(account, target, below, _kind_of(target))


def _kind_of(value: object, otherwise: str = "") -> str:
    return str(value.get("object", otherwise)) if isinstance(value, dict) else otherwise


def refunds_of(account: Account, charge: Resource) -> Resource:
    """The list object that `charge.refunds` expands to."""
    refunds = [refund for refund in account.refunds.newest_first() if refund["charge"] == charge["id"]]
    return {
        "object": "list",
        "data": refunds[:NESTED_PAGE],
        "has_more": len(refunds) > NESTED_PAGE,
        "url": f"/v1/charges/{charge['id']}/refunds",
    }
