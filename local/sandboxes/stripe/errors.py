"""Errors as Stripe sends them (docs.stripe.com/api/errors)."""

from __future__ import annotations

from local.sandboxes.kernel.answer import Answer, json_answer
from local.sandboxes.stripe.resource import Resource

_DOCS = "https://docs.stripe.com/error-codes/"
_LOGS = "https://dashboard.stripe.com/acct_sandbox/test/workbench/logs?object="


class StripeProblem(Exception):
    """A request that Stripe answers with an error; `error` is the object of that name in the body."""

    def __init__(self, status: int, error: Resource, headers: dict[str, str] | None = None) -> None:
        super().__init__(error.get("message"))
        self.status = status
        self.error = error
        self.headers = headers or {}

    def answer(self, request_id: str) -> Answer:
        error = dict(self.error)
        if code := error.get("code"):
            error["doc_url"] = _DOCS + str(code).replace("_", "-")
        error["request_log_url"] = _LOGS + request_id
        return json_answer({"error": error}, self.status, self.headers)


def invalid(message: str, *, code: str | None = None, param: str | None = None, status: int = 400) -> StripeProblem:
    """An `invalid_request_error`."""
    error: Resource = {"message": message, "type": "invalid_request_error"}
    if code is not None:
        error["code"] = code
    if param is not None:
        error["param"] = param
    return StripeProblem(status, error)


def no_such(kind: str, identity: str, param: str = "id", status: int = 404) -> StripeProblem:
    """404 for an object named in the path, 400 for one named in a parameter."""
    return invalid(f"No such {kind}: '{identity}'", code="resource_missing", param=param, status=status)


def unexpected_state(message: str, intent: Resource, kind: str = "payment_intent") -> StripeProblem:
    problem = invalid(message, code=f"{kind}_unexpected_state")
    problem.error[kind] = intent
    return problem
