"""Keys, quotas, masks and error bodies: what Google checks before it looks at the map."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.wrappers import Request

from local.sandboxes.kernel.answer import Answer, Refusal, json_answer

API_KEY = "AIzaSandbox"  # the sandbox's, known to all
_MASK_HEADER = "X-Goog-FieldMask"
_STATUSES = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"}
_STATUSES |= {429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE"}


@dataclass(slots=True)
class Account:
    """What the project behind the key has used.

    Args:
        billed: units by SKU.
        left: how many questions its quota still allows; None for any number.
        violations: what was asked that a careful client does not ask.
    """

    billed: dict[str, int] = field(default_factory=dict)
    left: int | None = None
    violations: list[str] = field(default_factory=list)

    def bill(self, sku: str, units: int = 1) -> None:
        self.billed[sku] = self.billed.get(sku, 0) + units

    def has_quota(self) -> bool:
        if self.left is None:
            return True
        self.left -= 1
        return self.left >= 0


def rest_error(status: int, message: str, *, reason: str | None = None, streamed: bool = False) -> Answer:
    """An error as Google's REST APIs answer it (google.rpc.Status); a stream has it in an array."""
    error: dict[str, Any] = {"code": status, "message": message, "status": _STATUSES.get(status, "UNKNOWN")}
    if reason is not None:
        kind = "type.googleapis.com/google.rpc.ErrorInfo"
        error["details"] = [{"@type": kind, "reason": reason, "domain": "googleapis.com"}]
    body: object = {"error": error}
    return json_answer([body] if streamed else body, status)


def rest_access(request: Request, account: Account, *, streamed: bool) -> None:
    """Raises Refusal for a missing or wrong key, a used-up quota, or a missing mask."""
    key = request.headers.get("X-Goog-Api-Key") or request.args.get("key")
    if not key:
        message = "Method doesn't allow unregistered callers. Please use API Key to call this API."
        raise Refusal(rest_error(403, message, streamed=streamed))
    if key != API_KEY:
        message = "API key not valid. Please pass a valid API key."
        raise Refusal(rest_error(400, message, reason="API_KEY_INVALID", streamed=streamed))
    if not account.has_quota():
        message = "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute'."
        raise Refusal(rest_error(429, message, reason="RATE_LIMIT_EXCEEDED", streamed=streamed))
    if not request.headers.get(_MASK_HEADER):
        message = "FieldMask is a required parameter. See https://cloud.google.com/apis/docs/system-parameters."
        raise Refusal(rest_error(400, message, streamed=streamed))


def mask_of(request: Request, known: Collection[str], account: Account, *, streamed: bool = False) -> set[str]:
    """The fields asked for. `*` is answered, and is a violation: it bills the dearest SKU."""
    fields = {name.strip() for name in request.headers.get(_MASK_HEADER, "").split(",")}
    if "*" in fields:
        account.violations.append(f"{request.path}: the field mask is *")
        return set(known)
    unknown = sorted(fields - set(known))
    if unknown:
        message = f"Request contains an invalid argument: cannot find field {unknown[0]} in the field mask."
        raise Refusal(rest_error(400, message, streamed=streamed))
    return fields


def body_of(request: Request, known: Mapping[str, type], *, streamed: bool) -> dict[str, Any]:
    """The JSON body, whose fields are known and have their types."""
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise Refusal(rest_error(400, "Invalid JSON payload received.", streamed=streamed))
    for name, value in body.items():
        if name not in known:
            message = f'Invalid JSON payload received. Unknown name "{name}": Cannot find field.'
            raise Refusal(rest_error(400, message, streamed=streamed))
        if not isinstance(value, known[name]):
            raise Refusal(rest_error(400, f"Invalid value at '{name}'.", streamed=streamed))
    return body


def legacy_answer(status: str, message: str = "", **lists: object) -> Answer:
    """An answer of the older APIs: 200 whatever happened."""
    return json_answer({**({"error_message": message} if message else {}), **lists, "status": status})


def legacy_access(request: Request, account: Account, known: Collection[str], **lists: object) -> None:
    """Raises Refusal for a missing or wrong key, a used-up quota, or a parameter that is unknown or given twice."""
    key = request.args.get("key")
    if not key:
        message = "You must use an API key to authenticate each request to Google Maps Platform APIs."
        raise Refusal(legacy_answer("REQUEST_DENIED", message, **lists))
    if key != API_KEY:
        raise Refusal(legacy_answer("REQUEST_DENIED", "The provided API key is invalid.", **lists))
    if not account.has_quota():
        message = "You have exceeded your rate-limit for this API."
        raise Refusal(legacy_answer("OVER_QUERY_LIMIT", message, **lists))
    strange = sorted(set(request.args) - set(known) - {"key"})
    if strange or any(len(request.args.getlist(name)) > 1 for name in request.args):
        # The real one passes over what it does not know; a misspelt parameter is worth knowing about.
        account.violations.append(f"{request.path}: parameters {strange or 'given twice'}")
        raise Refusal(legacy_answer("INVALID_REQUEST", f"Invalid request. Parameters: {strange}", **lists))
