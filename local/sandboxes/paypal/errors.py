"""PayPal's errors: one shape, a name per status, and details that say which rule was broken.

Sources: the API descriptions of Orders v2 and Payments v2 (`error_4xx` and the lists of issues per operation), and
developer.paypal.com/api/rest/responses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from local.sandboxes.kernel.answer import Answer, json_answer
from local.sandboxes.paypal.issues import ISSUES

NAMES = {
    400: ("INVALID_REQUEST", "Request is not well-formed, syntactically incorrect, or violates schema."),
    401: (
        "AUTHENTICATION_FAILURE",
        "Authentication failed due to missing authorization header, or invalid authentication credentials.",
    ),
    403: ("NOT_AUTHORIZED", "Authorization failed due to insufficient permissions."),
    404: ("RESOURCE_NOT_FOUND", "The specified resource does not exist."),
    409: ("RESOURCE_CONFLICT", "The server has detected a conflict while processing this request."),
    415: ("UNSUPPORTED_MEDIA_TYPE", "The server does not support the request payload's media type."),
    422: (
        "UNPROCESSABLE_ENTITY",
        "The requested action could not be performed, semantically incorrect, or failed business validation.",
    ),
    429: ("RATE_LIMIT_REACHED", "Too many requests. Blocked due to rate limiting."),
    500: ("INTERNAL_SERVER_ERROR", "An internal server error occurred."),
    503: ("SERVICE_UNAVAILABLE", "Service Unavailable."),
}


@dataclass(frozen=True, slots=True)
class Detail:
    """One broken rule; `field` is a JSON pointer into the body, or the name of a query or path parameter."""

    issue: str
    field: str | None = None
    value: str | None = None
    location: str | None = "body"
    description: str | None = None

    def to_json(self) -> dict[str, str]:
        place = {"field": self.field, "value": self.value, "location": self.location if self.field else None}
        described = {"issue": self.issue, "description": self.description or ISSUES[self.issue]}
        return {**{key: text for key, text in place.items() if text is not None}, **described}


class PaypalProblem(Exception):
    """An error on its way to an answer."""

    def __init__(
        self, status: int, details: Iterable[Detail] = (), links: Iterable[Mapping[str, str]] = (), name: str = ""
    ) -> None:
        self.status = status
        self.details = tuple(details)
        self.links = tuple(links)
        self.name, self.message = NAMES.get(status, NAMES[500])
        self.name = name or self.name
        super().__init__(", ".join(detail.issue for detail in self.details) or self.name)

    def answer(self, debug_id: str) -> Answer:
        body: dict[str, Any] = {"name": self.name, "message": self.message, "debug_id": debug_id}
        if self.details:
            body["details"] = [detail.to_json() for detail in self.details]
        if self.details or self.links:
            body["links"] = [_information(detail) for detail in self.details] + [dict(link) for link in self.links]
        return json_answer(body, self.status)


def refused(issue: str, field: str | None = None, *, links: Iterable[Mapping[str, str]] = ()) -> PaypalProblem:
    """422: understood, and against a rule of the business."""
    return PaypalProblem(422, [Detail(issue, field)], links)


def unknown_id(field: str) -> PaypalProblem:
    return PaypalProblem(404, [Detail("INVALID_RESOURCE_ID", field, location="path")])


def oauth_error(status: int, error: str, description: str) -> Answer:
    """The shape that OAuth has (RFC 6749, section 5.2), which PayPal uses for keys and tokens."""
    return json_answer({"error": error, "error_description": description}, status)


def _information(detail: Detail) -> dict[str, str]:
    href = f"https://developer.paypal.com/docs/api/orders/v2/#error-{detail.issue}"
    return {"href": href, "rel": "information_link", "method": "GET"}
