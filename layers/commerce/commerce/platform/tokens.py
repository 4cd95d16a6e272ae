"""What an access token is, whose it is, and where it comes from."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from commerce.platform.deadline import Deadline

_VISIBLE = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Token:
    """An access token; it is shown nowhere, not even by `repr`.

    Attributes:
        issued_at: not after the provider made it: when the request for it was sent.
        expires_at: timezone-aware; from then on it is not used.
        scope: what was granted, as the provider said it; empty when it did not.

    Raises:
        ValueError: it could not stand in a header.
    """

    value: str = field(repr=False)
    issued_at: datetime
    expires_at: datetime
    scope: str = ""

    def __post_init__(self) -> None:
        if not _VISIBLE.fullmatch(self.value):
            raise ValueError("A token is made of visible ASCII characters (RFC 6749, A.12).")
        if self.issued_at.tzinfo is None or self.expires_at.tzinfo is None:
            raise ValueError("A token's times carry their zone.")

    @property
    def token_id(self) -> str:
        """What tells it from others without giving it away."""
        return hashlib.sha256(self.value.encode()).hexdigest()[:32]


class TokenSource(Protocol):
    """Where the tokens of one set of credentials come from."""

    @property
    def provider(self) -> str: ...

    @property
    def key(self) -> str:
        """Whose tokens these are; other credentials have another key. Not secret, see `token_key`."""
        ...

    def fetch(self, deadline: Deadline) -> Token:
        """A new token from the provider.

        Raises:
            ConfigurationError: the provider refuses the credentials.
            ProviderUnavailable: no token now. However it failed: a token call does nothing that could be done twice.
        """
        ...


def token_key(
    provider: str, client_id: str, client_secret: str, token_url: str, scope: str = "", bound_to: str = ""
) -> str:
    """Under which the tokens of these credentials are shared: the same in every function, and not secret.

    Args:
        bound_to: whatever else a token is good for only together with, such as the client certificate (RFC 8705, 3).
    """
    named = f"{client_id}\x1f{token_url}\x1f{scope}\x1f{bound_to}"
    # Keyed by the secret, so that a rotated secret has a key of its own and nobody can try secrets out on the digest
    # of a short client id alone.
    digest = hmac.new(client_secret.encode(), named.encode(), hashlib.sha256).hexdigest()
    return f"{provider}#{digest[:40]}"
