"""The sandbox's objects are Stripe's JSON objects; keys that begin with an underscore never leave the sandbox."""

from __future__ import annotations

from typing import Any

type Resource = dict[str, Any]


def empty_address() -> Resource:
    return dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))


def billing_details(given: Resource | None = None) -> Resource:
    given = given or {}
    return {
        "address": {**empty_address(), **(given.get("address") or {})},
        "email": given.get("email"),
        "name": given.get("name"),
        "phone": given.get("phone"),
        "tax_id": given.get("tax_id"),
    }


def merge_metadata(resource: Resource, given: dict[str, str] | None) -> None:
    """Stripe's rule for metadata: keys are merged, an empty value removes its key, an empty object removes all."""
    if given is None:
        return
    kept = {**resource["metadata"], **given} if given else {}
    resource["metadata"] = {key: value for key, value in kept.items() if value != ""}
