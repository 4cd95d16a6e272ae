"""Operations on disputes (Customer Disputes v1): what a seller reads."""

from __future__ import annotations

from local.sandboxes.paypal.account import Account
from local.sandboxes.paypal.call import Call, Operations
from local.sandboxes.paypal.errors import Detail, PaypalProblem
from local.sandboxes.paypal.render import link, render
from local.sandboxes.paypal.resource import Resource
from local.sandboxes.paypal.scopes import DISPUTES

operations = Operations()
_PATH = "/v1/customer/disputes"
_MOST = 50
_SUMMARY = (
    "dispute_id", "create_time", "update_time", "reason", "status", "dispute_state", "dispute_amount",
    "dispute_life_cycle_stage", "dispute_channel", "links",
)  # fmt: skip


@operations.get(_PATH, DISPUTES, query=("disputed_transaction_id", "dispute_state", "page_size"))
def search(account: Account, call: Call) -> Resource:
    """Newest first; a summary does not say which transactions are disputed nor how it ended."""
    given = call.request.args
    size = given.get("page_size", "10")
    if not size.isdecimal() or not 1 <= int(size) <= _MOST:
        raise PaypalProblem(400, [Detail("INVALID_PARAMETER_VALUE", "page_size", size, "query")])
    wanted = [
        row
        for row in reversed(list(account.disputes))
        if given.get("disputed_transaction_id") in (None, row["_capture"])
        and given.get("dispute_state") in (None, row["dispute_state"])
    ]
    shown = [render(account, row) for row in wanted[: int(size)]]
    return {
        "items": [{key: row[key] for key in _SUMMARY} for row in shown],
        "links": [link("self", f"{account.base}{_PATH}"), link("first", f"{account.base}{_PATH}")],
    }


@operations.get(f"{_PATH}/<dispute>", DISPUTES)
def retrieve(account: Account, call: Call, dispute: str) -> Resource:  # noqa: ARG001
    return account.disputes.get(dispute)
