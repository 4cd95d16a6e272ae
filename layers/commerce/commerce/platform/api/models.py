"""Base models of the API: nothing unknown, nothing coerced."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema

from commerce.platform.currencies import EXPONENTS

TEXT_PATTERN = r"^[^\x00-\x1f\x7f]*$"
"""No control characters: nothing that could break a header, a log line or a receipt."""

EMAIL_PATTERN = (
    r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$"
)
"""An address that mail can go to (RFC 5321 without quoting, IP addresses and single labels), in ASCII: a domain with
other letters in it has a spelling in ASCII as well. In a pattern, so that clients can see it in our description."""

ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.:-]*$"


class RequestModel(BaseModel):
    """A body or a part of one. Unknown fields are refused; an int is an int, not `1.0`, `true` or `"1"`.

    Strict, so an enum or a tuple inside needs `Field(strict=False)`; a `Literal` or a list needs nothing.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class AnswerModel(BaseModel):
    """What a route answers with; built from our own values."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Id = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=ID_PATTERN)]
"""An id of the caller's: letters, digits and `_ . : -`; 64 at most."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=TEXT_PATTERN)]
"""One line of text for people, 255 characters at most."""

Email = Annotated[str, StringConstraints(max_length=254, pattern=EMAIL_PATTERN)]
"""One e-mail address without a name beside it."""

MinorUnits = Annotated[int, Field(strict=True, ge=1, le=10**12)]
"""A positive amount in minor units (cents for BRL, yen for JPY)."""

Currency = Annotated[
    str, StringConstraints(pattern=r"^[A-Z]{3}$"), WithJsonSchema({"type": "string", "enum": sorted(EXPONENTS)})
]
"""ISO 4217, capitals. `Money` refuses a code that is none, with a code of its own: `unsupported_currency`."""


class ErrorFacts(BaseModel):
    code: str = Field(description="Stable and machine-readable, for example `order_not_found`.")
    message: str = Field(description="What was wrong and what to do, in English; for developers.")
    details: dict[str, object] = Field(description="Further facts; `fields` lists what a 422 found.")
    retryable: bool = Field(description="Whether the same request may succeed later.")
    request_id: str = Field(description="Give it to support.")


class Error(BaseModel):
    """The one error shape."""

    error: ErrorFacts


class GatewayMessage(BaseModel):
    """What API Gateway itself answers when a request never reaches us: no valid token, wrong scope, too many calls."""

    message: str
