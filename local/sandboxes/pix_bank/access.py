"""Access tokens: OAuth 2.0 client credentials (RFC 6749, 4.4 and 5), and bearer tokens on every call (RFC 6750)."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request

from local.sandboxes.kernel.answer import Answer, Refusal, json_answer
from local.sandboxes.kernel.clock import MovableClock
from local.sandboxes.pix_bank.problems import forbidden
from local.sandboxes.pix_bank.settings import Settings, TokenForm


@dataclass(frozen=True, slots=True)
class Token:
    scopes: frozenset[str]
    expires_at: datetime


@dataclass
class Tokens:
    """Every token that is still good. `calls` counts all requests for one, also refused ones."""

    settings: Settings
    clock: MovableClock
    new_text: Callable[[], str]
    calls: int = 0
    _live: dict[str, Token] = field(default_factory=dict)

    def issue(self, request: Request) -> Answer:
        """The answer to a request for a token.

        Raises:
            Refusal: an OAuth error: 401 `invalid_client`, 400 otherwise.
        """
        self.calls += 1
        given = _given(request, self.settings.token_forms)
        scopes = self._admit(given)
        text = self.new_text()
        seconds = self.settings.token_seconds
        self._live[text] = Token(frozenset(scopes), self.clock.now() + timedelta(seconds=seconds))
        body = {"access_token": text, "token_type": "Bearer", "expires_in": seconds, "scope": " ".join(scopes)}
        return json_answer(body, 200, {"Cache-Control": "no-store"})

    def _admit(self, given: dict[str, str]) -> list[str]:
        settings = self.settings
        known = _same(given.get("client_id"), settings.client_id)
        if not (_same(given.get("client_secret"), settings.client_secret) and known):
            raise _oauth(401, "invalid_client", "Unknown client or wrong secret.")
        if given.get("grant_type") != "client_credentials":
            raise _oauth(400, "unsupported_grant_type", "grant_type is client_credentials.")
        asked = given.get("scope", "").split() or list(settings.scopes)
        if foreign := [scope for scope in asked if scope not in settings.scopes]:
            raise _oauth(400, "invalid_scope", f"Not granted to this client: {' '.join(foreign)}.")
        return asked

    def check(self, request: Request, scope: str) -> None:
        """
        Raises:
            Refusal: 401 without a token that is good now.
            PixProblem: 403 for a token without `scope`.
        """
        kind, _, text = request.headers.get("Authorization", "").partition(" ")
        token = self._live.get(text) if kind.lower() == "bearer" else None
        if token is None or self.clock.now() >= token.expires_at:
            raise _oauth(401, "invalid_token", "The access token is missing, expired or revoked.", "Bearer")
        if scope not in token.scopes:
            raise forbidden(scope)

    @property
    def live(self) -> int:
        """How many tokens are good now."""
        return sum(1 for token in self._live.values() if self.clock.now() < token.expires_at)

    def revoke(self) -> int:
        """End all tokens now; how many there were."""
        ended = len(self._live)
        self._live.clear()
        return ended

    def clear(self) -> None:
        self._live.clear()
        self.calls = 0


def _given(request: Request, forms: tuple[TokenForm, ...]) -> dict[str, str]:
    """The parameters of a request for a token, credentials included, from wherever this bank takes them."""
    basic = request.authorization
    has_basic = basic is not None and basic.type == "basic"
    if request.mimetype == "application/json":
        form, given = TokenForm.JSON, _object(request.get_data())
    elif request.mimetype == "application/x-www-form-urlencoded":
        form, given = TokenForm.BASIC if has_basic else TokenForm.FORM, dict(request.form.items())
    else:
        raise _oauth(400, "invalid_request", "The body is a form or JSON, and says so in Content-Type.")
    if form not in forms:
        raise _oauth(401, "invalid_client", f"This bank takes credentials as {' or '.join(forms)}, not as {form}.")
    if basic is not None and has_basic:
        if "client_secret" in given:
            raise _oauth(400, "invalid_request", "Credentials are sent once: in the header or in the body.")
        given |= {"client_id": str(basic.username), "client_secret": str(basic.password)}
    return given


def _object(raw: bytes) -> dict[str, str]:
    try:
        value: Any = json.loads(raw)
    except ValueError:
        value = None
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise _oauth(400, "invalid_request", "The body is a JSON object of texts.")
    return value


def _same(given: str | None, expected: str) -> bool:
    return hmac.compare_digest((given or "").encode(), expected.encode())


def _oauth(status: int, error: str, description: str, scheme: str = "Basic") -> Refusal:
    headers = {"WWW-Authenticate": f'{scheme} realm="pix", error="{error}"'} if status == 401 else {}
    return Refusal(json_answer({"error": error, "error_description": description}, status, headers))
