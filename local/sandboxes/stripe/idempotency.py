"""Idempotency keys as Stripe keeps them (docs.stripe.com/api/idempotent_requests).

The first result is replayed for 24 hours, errors and 500s included, once the request began to execute. A request that
was refused before that (authentication, parameters) leaves no trace.
"""

from __future__ import annotations

from dataclasses import dataclass

from local.sandboxes.kernel.answer import Answer
from local.sandboxes.stripe.errors import StripeProblem, invalid

KEPT_SECONDS = 24 * 3600
LONGEST = 255


@dataclass(slots=True)
class Remembered:
    """`answer` is None while the first request still runs."""

    path: str
    body: bytes
    at: int
    request_id: str
    answer: Answer | None = None


class IdempotencyKeys:
    def __init__(self) -> None:
        self._kept: dict[str, Remembered] = {}

    def clear(self) -> None:
        self._kept.clear()

    def recall(self, key: str, path: str, body: bytes, now: int) -> Answer | None:
        """The answer to replay, None for a key that is new or forgotten.

        Raises:
            StripeProblem: 400 `idempotency_error` for another request under the key, 409 `idempotency_key_in_use`.
        """
        if len(key) > LONGEST:
            raise invalid(f"Invalid Idempotency-Key: it may have up to {LONGEST} characters.")
        kept = self._kept.get(key)
        if kept is None or now - kept.at >= KEPT_SECONDS:
            return None
        if kept.path != path:
            raise _misused(f"endpoint they were first used for ('{kept.path}' vs '{path}')", key)
        if kept.body != body:
            raise _misused("parameters they were first used with", key)
        if kept.answer is None:
            raise _in_use(key)
        return kept.answer.with_headers(Idempotent_Replayed="true", Original_Request=kept.request_id)

    def begin(self, key: str, path: str, body: bytes, now: int, request_id: str) -> None:
        self._kept[key] = Remembered(path, body, now, request_id)

    def finish(self, key: str, answer: Answer) -> None:
        self._kept[key].answer = answer


def _misused(what: str, key: str) -> StripeProblem:
    message = (
        f"Keys for idempotent requests can only be used with the same {what}. Try using a key other than '{key}' if "
        "you meant to execute a different request."
    )
    return StripeProblem(400, {"message": message, "type": "idempotency_error"})


def _in_use(key: str) -> StripeProblem:
    message = (
        "There is currently another in-progress request using this Idempotent Key (that probably means you submitted "
        f"twice, and the other request is still going through): {key}. Please try again later."
    )
    error = {"code": "idempotency_key_in_use", "message": message, "type": "invalid_request_error"}
    return StripeProblem(409, error, {"Stripe-Should-Retry": "true"})
