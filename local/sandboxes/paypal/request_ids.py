"""`PayPal-Request-Id` as PayPal keeps it (developer.paypal.com/api/rest/reference/idempotency).

A repeated id is answered with the latest status of what the first request made, whatever the second one's body says.
Orders keep ids for 6 hours, payments for 45 days. A refused request leaves no trace; of two at once one may fail.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from local.sandboxes.kernel.answer import Answer
from local.sandboxes.paypal.errors import Detail, PaypalProblem, refused
from local.sandboxes.paypal.resource import Resource

LONGEST = 108


@dataclass(slots=True)
class Remembered:
    """`resource` is what the request made; `trouble` an error answered in its place; neither while it still runs."""

    path: str
    at: datetime
    resource: Resource | None = None
    trouble: Answer | None = None


class RequestIds:
    def __init__(self) -> None:
        self._kept: dict[str, Remembered] = {}

    def clear(self) -> None:
        self._kept.clear()

    def recall(self, request_id: str, path: str, kept: timedelta, now: datetime) -> Remembered | None:
        """What the id stands for, None when it is new or forgotten.

        Raises:
            PaypalProblem: 400 for an id that is too long, 409 while the first request runs, 422 for an id that was
                used for another operation or object.
        """
        if not 1 <= len(request_id) <= LONGEST:
            raise PaypalProblem(400, [Detail("INVALID_STRING_LENGTH", "PayPal-Request-Id", location=None)])
        found = self._kept.get(request_id)
        if found is None or now - found.at >= kept:
            return None
        if found.path != path:
            raise refused("PAYPAL_REQUEST_ID_PREVIOUSLY_USED")
        if found.resource is None and found.trouble is None:
            raise PaypalProblem(409, [Detail("PREVIOUS_REQUEST_IN_PROGRESS")])
        return found

    def begin(self, request_id: str, path: str, now: datetime) -> None:
        self._kept[request_id] = Remembered(path, now)

    def finish(self, request_id: str, answer: Answer, resource: Resource | None) -> None:
        kept = self._kept[request_id]
        if answer.status < 400:
            kept.resource = resource
        elif answer.status >= 500 or resource is not None:
            kept.trouble = answer
        else:
            del self._kept[request_id]
