"""The usual token call: OAuth 2.0 client credentials (RFC 6749, 4.4), in the shapes that providers give it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

import requests

from commerce.platform.clock import Clock
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ConfigurationError, ProviderAmbiguous, ProviderUnavailable
from commerce.platform.http import ProviderHttp, retry_after
from commerce.platform.tokens import Token, token_key

ASSUMED_SECONDS = 300
"""The life of a token whose answer does not say (RFC 6749, 5.1 recommends that it does)."""

LONGEST_SECONDS = 30 * 24 * 3600
ANSWERED = frozenset({200, 201})
REFUSALS = frozenset({400, 401, 403})
_TOLD = frozenset({"invalid_client", "invalid_grant", "invalid_request", "invalid_scope", "unauthorized_client"})
"""Error codes of RFC 6749, 5.2; whatever else an answer says stays out of our errors."""


class TokenStyle(StrEnum):
    """Where credentials and grant stand in the request (RFC 6749, 2.3.1, and what providers made of it)."""

    BASIC = "basic"  # Authorization: Basic, the grant as a form
    BASIC_JSON = "basic_json"  # Authorization: Basic, the grant as JSON
    FORM = "form"  # everything in a form
    JSON = "json"  # everything in JSON


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """How a provider wants to be asked for a token; data of a provider's profile, nothing secret.

    Attributes:
        path: below the base URL of the client that asks.
        fields: more for the body, or other words for what is there; an empty value leaves a field out.
    """

    path: str
    style: TokenStyle = TokenStyle.BASIC
    scope: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """Who asks.

    Attributes:
        client_secret: empty where the client certificate takes its place (RFC 8705, 2).
        secret_name: the secret that both came from; errors name it.
        bound_to: what the token is bound to besides, such as the certificate; part of the key, never sent.
    """

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    secret_name: str
    bound_to: str = field(default="", repr=False)


class ClientCredentialsSource:
    """A TokenSource for one set of credentials."""

    def __init__(
        self,
        http: ProviderHttp,
        request: TokenRequest,
        credentials: ClientCredentials,
        clock: Clock,
        *,
        refused: Callable[[], None] = lambda: None,
    ) -> None:
        """`refused` is told when the provider does not accept the credentials: the secret as it was read may be old."""
        self._http = http
        self._request = request
        self._credentials = credentials
        self._clock = clock
        self._refused = refused
        self.provider = http.provider
        self.key = token_key(
            http.provider,
            credentials.client_id,
            credentials.client_secret,
            http.base + request.path,
            request.scope,
            credentials.bound_to,
        )

    def fetch(self, deadline: Deadline) -> Token:
        asked_at = self._clock.now()
        try:
            response = self._http.call(
                "POST",
                self._request.path,
                deadline=deadline,
                safe_to_repeat=True,
                params=self._request.params or None,
                **self._message(),
            )
        except ProviderAmbiguous as error:
            raise self._unavailable("did not answer in full", error.retry_after) from error
        answer = _json(response)
        if response.status_code in REFUSALS:
            raise self._bad_credentials(response.status_code, answer)
        if response.status_code not in ANSWERED:
            raise self._unavailable(f"answered HTTP {response.status_code}", retry_after(response.headers))
        try:
            return Token(
                answer["access_token"],
                asked_at,
                asked_at + timedelta(seconds=_life(answer.get("expires_in"))),
                scope=str(answer.get("scope") or ""),
            )
        except (KeyError, TypeError, ValueError):
            raise self._unavailable("gave an answer without a token", None) from None

    def _message(self) -> dict[str, Any]:
        """Headers and body of the request."""
        request, who = self._request, self._credentials
        headers = {"Accept": "application/json", **request.headers}
        body = {"grant_type": "client_credentials", "scope": request.scope}
        if request.style in (TokenStyle.BASIC, TokenStyle.BASIC_JSON):
            pair = f"{who.client_id}:{who.client_secret}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        else:
            body |= {"client_id": who.client_id, "client_secret": who.client_secret}
        body = {name: value for name, value in {**body, **request.fields}.items() if value}
        as_json = request.style in (TokenStyle.BASIC_JSON, TokenStyle.JSON)
        return {"headers": headers, "json" if as_json else "data": body}

    def _bad_credentials(self, status: int, answer: Mapping[str, Any]) -> ConfigurationError:
        self._refused()
        said = answer.get("error")
        why = f"HTTP {status}, {said}" if isinstance(said, str) and said in _TOLD else f"HTTP {status}"
        return ConfigurationError(
            f"Nothing was done: {self.provider} gives no access token for client_id and client_secret of the secret "
            f"{self._credentials.secret_name} ({why}). Copy both anew from the provider's own pages, of the right mode "
            "(test or live), and store the whole secret with `aws secretsmanager put-secret-value --secret-id "
            f"{self._credentials.secret_name}`; they are in use with the next call.",
            code="provider_credentials",
            details={"secret": self._credentials.secret_name},
            retryable=True,
        )

    def _unavailable(self, what: str, seconds: int | None) -> ProviderUnavailable:
        return ProviderUnavailable(
            f"Nothing was done: {self.provider}'s token endpoint {what}. Try again shortly.", retry_after=seconds
        )


def _json(response: requests.Response) -> Mapping[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _life(expires_in: object) -> int:
    """Whole seconds from `expires_in`, which some write as a text."""
    if isinstance(expires_in, str) and expires_in.isascii() and expires_in.isdigit():
        expires_in = int(expires_in[:10])
    if isinstance(expires_in, bool) or not isinstance(expires_in, int):
        return ASSUMED_SECONDS
    return min(max(expires_in, 0), LONGEST_SECONDS)
