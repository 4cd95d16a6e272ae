"""The stack's own token issuer: an RSA key that lives as long as the stack, and the tokens it signs."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

ISSUER = "https://issuer.local"
KEY_ID = "local-1"


class Issuer:
    """Signs JWTs (RS256) and knows its public keys by id."""

    def __init__(self, url: str = ISSUER) -> None:
        self.url = url
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.keys = {KEY_ID: self._key.public_key()}

    def token(
        self,
        *,
        sub: str,
        scopes: Iterable[str],
        audience: str,
        lifetime: int = 3600,
        claims: Mapping[str, Any] | None = None,
    ) -> str:
        """A token for `sub`, good for `lifetime` seconds; `claims` are set over the usual ones, None removes one."""
        now = int(time.time())
        usual = {
            "iss": self.url,
            "sub": sub,
            "aud": audience,
            "iat": now,
            "nbf": now,
            "exp": now + lifetime,
            "scope": " ".join(scopes),
        }
        content = {name: value for name, value in {**usual, **(claims or {})}.items() if value is not None}
        return jwt.encode(content, self._key, algorithm="RS256", headers={"kid": KEY_ID})
