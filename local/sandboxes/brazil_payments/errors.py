"""Errors of the generic gateway."""

from __future__ import annotations

from dataclasses import dataclass

from local.sandboxes.kernel.answer import Answer, json_answer

_CODES = {
    401: "unauthorized",
    403: "wrong_merchant",
    404: "not_found",
    409: "idempotency_conflict",
    415: "unsupported_media_type",
    422: "invalid_request",
    429: "rate_limited",
}


@dataclass(frozen=True, slots=True)
class Flaw:
    """One field that is wrong, by its path, such as payer.tax_id."""

    field: str
    message: str


def error_answer(status: int, message: str, *, code: str | None = None, flaws: tuple[Flaw, ...] = ()) -> Answer:
    error: dict[str, object] = {"code": code or _CODES.get(status, "internal_error"), "message": message}
    if flaws:
        error["fields"] = [{"field": flaw.field, "message": flaw.message} for flaw in flaws]
    return json_answer({"error": error}, status)
