"""Errors as Mercado Pago sends them (reference of POST /v1/payments and of its refunds, "Errors").

`error` and `status` say what kind, `cause` has one entry with a numeric code for each thing that is wrong. The message
of the first cause is the message of the whole. Codes without a published text of their own borrow the nearest one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from local.sandboxes.kernel.answer import Answer, json_answer

_LABELS = {
    400: "bad_request",
    401: "unauthorized",
    404: "not_found",
    409: "idempotency_key_already_used",
    423: "resource_locked",
    424: "failed_dependency",
    429: "too_many_requests",
}


@dataclass(frozen=True, slots=True)
class Cause:
    code: int
    description: str


NO_KEY = Cause(4292, "Header X-Idempotency-Key can't be null")
BAD_KEY = Cause(4292, "Header X-Idempotency-Key must have between 1 and 64 characters")
WRONG_STATE = Cause(2018, "The action requested is not valid for the current payment state")
NOT_REFUNDABLE = Cause(2063, "The action requested is not valid for the current payment state")
OVER_BALANCE = Cause(2017, "Invalid transaction_amount for update")
NOT_NOW = Cause(2084, "This transaction does not support to be refunded")
TOO_OLD = Cause(2024, "Payment too old to be refunded")
NO_PAYMENT = Cause(2000, "Payment not found")
NO_REFUND = Cause(2032, "Refund not found")


class Trouble(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, message: str = "", causes: Sequence[Cause] = (), error: str | None = None) -> None:
        self.status = status
        self.message = message or causes[0].description
        self.causes = tuple(causes)
        self.error = error or _LABELS.get(status, "internal_error")
        super().__init__(self.message)

    def answer(self, now: datetime, request_id: str) -> Answer:
        data = f"{now:%d-%m-%YT%H:%M:%S}UTC;{request_id}"
        causes = [{"code": cause.code, "description": cause.description, "data": data} for cause in self.causes]
        body = {"message": self.message, "error": self.error, "status": self.status, "cause": causes}
        return json_answer(body, self.status)


def refused(*causes: Cause) -> Trouble:
    """400 with its causes."""
    return Trouble(400, causes=causes)


def not_found(cause: Cause) -> Trouble:
    return Trouble(404, causes=[cause])
