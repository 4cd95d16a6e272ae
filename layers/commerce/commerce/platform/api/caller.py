"""Who is calling, as the gateway's JWT authorizer verified it (AUT-07)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from commerce.platform.errors import BadRequest, Forbidden, Unauthorized

if TYPE_CHECKING:
    from commerce.platform.api.resolver import CommerceApi

KEY_HEADER = "idempotency-key"
MAX_KEY_LENGTH = 255
SCOPE_CLAIMS = ("scope", "scp")


class Role(StrEnum):
    """What a token's scope makes of its bearer."""

    STORE = "store"
    BUYER = "buyer"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Caller:
    """The bearer of a verified token.

    Args:
        sub: the token's subject: a buyer's user id, or the store's own client id.
        scopes: everything that the token grants.
    """

    sub: str
    scopes: frozenset[str]

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(role for role in Role if role in self.scopes)

    def may_touch(self, user_id: str) -> bool:
        """Store and operator may touch everybody's orders and payments, a buyer only their own."""
        roles = self.roles
        if Role.STORE in roles or Role.OPERATOR in roles:
            return True
        return Role.BUYER in roles and self.sub == user_id

    def ensure_may_touch(self, user_id: str) -> None:
        """Raise Forbidden, `foreign_resource`, unless `may_touch`."""
        if not self.may_touch(user_id):
            raise Forbidden("This belongs to somebody else.", code="foreign_resource")

    def ensure_any(self, *roles: Role) -> None:
        """Raise Forbidden, `scope_required`, unless the caller has one of `roles`; the gateway checks it as well."""
        if not self.roles.intersection(roles):
            raise Forbidden(
                f"This needs a token with the scope {' or '.join(sorted(roles))}.",
                code="scope_required",
                details={"scopes": sorted(roles)},
            )


def caller(app: CommerceApi) -> Caller:
    """The caller of the current request.

    Raises:
        Unauthorized: the request came past the authorizer; only a mistake in the template can let that happen.
    """
    claims: Mapping[str, Any] = _authorizer(app).get("jwt", {}).get("claims", {})
    sub = claims.get("sub", "")
    if not sub:
        raise Unauthorized("A valid token is needed: send it as Authorization: Bearer <token>.")
    return Caller(sub, granted(claims))


def granted(claims: Mapping[str, Any]) -> frozenset[str]:
    """The scopes of a verified token, in `scope` or in `scp`, as the authorizer reads them itself.

    It hands every claim on as text: `buyer store` as it is, and a JSON array such as Okta's as `[buyer store]`
    (API Gateway Developer Guide, "Control access to HTTP APIs with JWT authorizers").
    """
    return frozenset(scope for name in SCOPE_CLAIMS for scope in _words(str(claims.get(name, ""))))


def require_idempotency_key(app: CommerceApi) -> str:
    """The `Idempotency-Key` header: 1 to 255 printable ASCII characters, spaces included.

    Raises:
        BadRequest: `idempotency_key_required`.
    """
    headers: Mapping[str, str] = app.current_event.raw_event.get("headers") or {}
    key = next((value for name, value in headers.items() if name.lower() == KEY_HEADER), "")
    if not 1 <= len(key) <= MAX_KEY_LENGTH or not all(" " <= char <= "~" for char in key):
        raise BadRequest(
            "Send the header Idempotency-Key with 1 to 255 printable ASCII characters: a fresh one for each new "
            "request, the same one when you repeat it.",
            code="idempotency_key_required",
        )
    return key


def _words(text: str) -> list[str]:
    is_array = text.startswith("[") and text.endswith("]")
    return (text[1:-1] if is_array else text).split()


def _authorizer(app: CommerceApi) -> Mapping[str, Any]:
    found: Mapping[str, Any] = app.current_event.raw_event.get("requestContext", {}).get("authorizer") or {}
    return found
