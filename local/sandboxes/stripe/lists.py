"""Lists: filters, `created` bounds and cursors (docs.stripe.com/api/pagination)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from local.sandboxes.stripe.account import Table
from local.sandboxes.stripe.call import Call
from local.sandboxes.stripe.errors import invalid
from local.sandboxes.stripe.resource import Resource

_BOUNDS: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda created, bound: created > bound,
    "gte": lambda created, bound: created >= bound,
    "lt": lambda created, bound: created < bound,
    "lte": lambda created, bound: created <= bound,
}


def page(
    table: Table,
    call: Call,
    url: str,
    *,
    equal: Sequence[str] = (),
    where: Callable[[Resource], bool] | None = None,
) -> Resource:
    """One page of `table`, newest first.

    Args:
        equal: parameters that are also fields of the object and must be equal to them.
        where: a further condition.
    """
    params = call.params
    after, before = params.get("starting_after"), params.get("ending_before")
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise invalid(
            "Invalid integer: limit must be between 1 and 100.", code="parameter_invalid_integer", param="limit"
        )
    if after and before:
        raise invalid("You may only specify one of these parameters: starting_after, ending_before.")
    found = [row for row in table.newest_first() if (where is None or where(row)) and _matches(row, params, equal)]
    rank = {row["id"]: place for place, row in enumerate(table.newest_first())}
    if after:
        cursor = rank[table.get(after, "starting_after", 400)["id"]]
        found = [row for row in found if rank[row["id"]] > cursor]
    if before:
        cursor = rank[table.get(before, "ending_before", 400)["id"]]
        found = [row for row in found if rank[row["id"]] < cursor]
        return _list(found[-limit:], len(found) > limit, url)
    return _list(found[:limit], len(found) > limit, url)


def _matches(row: Resource, params: dict[str, Any], equal: Sequence[str]) -> bool:
    if any(params.get(name) not in (None, row[name]) for name in equal):
        return False
    return all(_BOUNDS[name](row["created"], bound) for name, bound in (params.get("created") or {}).items())


def _list(data: list[Resource], more: bool, url: str) -> Resource:
    return {"object": "list", "data": data, "has_more": more, "url": url}
