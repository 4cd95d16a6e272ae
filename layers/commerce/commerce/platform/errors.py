"""The one error tree.

    IntegrationError                     code, retryable, ambiguous, provider_ref
    ├── ConfigurationError               500  a value of the deployment is missing or wrong
    ├── RequestError                          the caller asked for something that cannot be
    │   ├── BadRequest                   400
    │   ├── Unauthorized                 401
    │   ├── Forbidden                    403
    │   ├── NotFound                     404
    │   ├── MethodNotAllowed             405
    │   ├── Conflict                     409
    │   ├── PayloadTooLarge              413
    │   ├── UnsupportedMediaType         415
    │   └── Unprocessable                422
    ├── StoreError                            our own state
    │   ├── VersionConflict              409  somebody else wrote first: read again
    │   └── StoreUnavailable             503
    └── ProviderError                         the other side
        ├── ProviderRefused              402  a definite no: nothing happened
        ├── ProviderConflict             409  the object is in another state: read and adopt it
        ├── ProviderMissing              404  the provider does not know the object
        ├── ProviderUnavailable          503  provably nothing happened: a repeat is safe
        └── ProviderAmbiguous            503  it may or may not have happened: only a read can tell

`ambiguous` means that we do not know whether it happened. An ambiguous error is never repeated blindly.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class IntegrationError(Exception):
    """Base of every error that this application raises on purpose.

    Args:
        message: what was wrong, where, and what to do; safe to show, holds nothing secret or personal.
        code: stable, machine-readable, snake_case.
        details: further facts for the caller, safe to show.
        provider_ref: the provider's id of the object or of the request, for support.
        retry_after: seconds after which a repeat makes sense.
    """

    status: ClassVar[int] = 500
    default_code: ClassVar[str] = "internal_error"
    retryable: bool = False
    ambiguous: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        details: Mapping[str, object] | None = None,
        provider_ref: str | None = None,
        retry_after: int | None = None,
        retryable: bool | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.details = dict(details or {})
        self.provider_ref = provider_ref
        self.retry_after = retry_after
        if retryable is not None:
            self.retryable = retryable


class ConfigurationError(IntegrationError):
    default_code = "misconfigured"


class RequestError(IntegrationError):
    status = 400
    default_code = "bad_request"


class BadRequest(RequestError):
    pass


class Unauthorized(RequestError):
    status = 401
    default_code = "unauthorized"


class Forbidden(RequestError):
    status = 403
    default_code = "forbidden"


class NotFound(RequestError):
    status = 404
    default_code = "not_found"


class MethodNotAllowed(RequestError):
    status = 405
    default_code = "method_not_allowed"


class Conflict(RequestError):
    status = 409
    default_code = "conflict"


class PayloadTooLarge(RequestError):
    status = 413
    default_code = "payload_too_large"


class UnsupportedMediaType(RequestError):
    status = 415
    default_code = "unsupported_media_type"


class Unprocessable(RequestError):
    status = 422
    default_code = "invalid_request"


class StoreError(IntegrationError):
    status = 503
    default_code = "store_unavailable"
    retryable = True


class VersionConflict(StoreError):
    status = 409
    default_code = "version_conflict"
    reasons: tuple[str, ...] = ()
    """Of a refused transaction: one code per entry, in order, "None" where that entry was fine."""


class StoreUnavailable(StoreError):
    pass


class ProviderError(IntegrationError):
    status = 502
    default_code = "provider_error"


class ProviderRefused(ProviderError):
    status = 402
    default_code = "provider_refused"


class ProviderConflict(ProviderError):
    status = 409
    default_code = "provider_conflict"


class ProviderMissing(ProviderError):
    status = 404
    default_code = "provider_missing"


class ProviderUnavailable(ProviderError):
    status = 503
    default_code = "provider_unavailable"
    retryable = True


class ProviderAmbiguous(ProviderError):
    status = 503
    default_code = "provider_outcome_unknown"
    ambiguous = True
