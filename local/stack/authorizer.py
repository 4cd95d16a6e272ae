"""The JWT authorizer of an HTTP API: it lets nobody through here that API Gateway would stop.

API Gateway Developer Guide, "Controlling access to HTTP APIs with JWT authorizers": signature by a key of the issuer,
iss, aud or else client_id, exp, nbf, iat, and at least one of the route's scopes in scope or scp.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from local.stack.httpd import Request, Response
from local.stack.model import AuthorizerSpec, RouteSpec

_ALGORITHMS = ["RS256", "RS384", "RS512"]


class Denied(Exception):
    """Carries the response that API Gateway gives."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        message = {401: "Unauthorized", 403: "Forbidden"}[status]
        self.response = Response(
            status,
            f'{{"message":"{message}"}}'.encode(),
            [
                ("Content-Type", "application/json"),
                ("WWW-Authenticate", f'Bearer error="{error}" error_description="{description}"'),
            ],
        )


def authorize(request: Request, route: RouteSpec, keys: Mapping[str, RSAPublicKey]) -> dict[str, Any] | None:
    """The `authorizer` part of the event, None for a public route.

    Raises:
        Denied: 401 without a valid token, 403 without a scope of the route.
    """
    if route.authorizer is None:
        return None
    claims = _claims(_token(request, route.authorizer), route.authorizer, keys)
    granted = _scopes(claims)
    if route.scopes and not set(route.scopes) & set(granted):
        raise Denied(403, "insufficient_scope", "the token has none of the scopes of the route")
    return {
        "jwt": {"claims": {name: _text(value) for name, value in claims.items()}, "scopes": _passed(route, granted)}
    }


def _token(request: Request, spec: AuthorizerSpec) -> str:
    value = request.header(spec.header) or ""
    scheme, _, token = value.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else value.strip()


def _claims(token: str, spec: AuthorizerSpec, keys: Mapping[str, RSAPublicKey]) -> dict[str, Any]:
    try:
        key = keys.get(str(jwt.get_unverified_header(token).get("kid")))
        if key is None:
            raise Denied(401, "invalid_token", "the issuer has no such signing key")
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=_ALGORITHMS,
            issuer=spec.issuer,
            options={"require": ["exp", "iss"], "verify_aud": False},
        )
    except jwt.PyJWTError as error:
        raise Denied(401, "invalid_token", type(error).__name__) from error
    audience = claims.get("aud", claims.get("client_id"))
    if not set(audience if isinstance(audience, list) else [audience]) & set(spec.audience):
        raise Denied(401, "invalid_token", "meant for another audience")
    return claims


def _scopes(claims: Mapping[str, Any]) -> list[str]:
    return [scope for name in ("scope", "scp") for scope in _words(claims.get(name))]


def _words(value: object) -> list[str]:
    if isinstance(value, list):
        return [str(part) for part in value]
    return value.split() if isinstance(value, str) else []


def _passed(route: RouteSpec, granted: list[str]) -> list[str] | None:
    return [scope for scope in granted if scope in route.scopes] if route.scopes else None


def _text(value: object) -> str:
    """API Gateway hands every claim on as text; lists in brackets, without commas."""
    if isinstance(value, list):
        return f"[{' '.join(str(part) for part in value)}]"
    return str(value).lower() if isinstance(value, bool) else str(value)
