"""Calls that carry a shared access token, and what becomes of one that the provider no longer accepts (AUT-03)."""

from __future__ import annotations

from collections.abc import Mapping

import requests

from commerce.platform.deadline import Deadline
from commerce.platform.http import LEAST_SECONDS, ProviderHttp
from commerce.platform.shared_tokens import SharedTokens
from commerce.platform.tokens import Token

UNAUTHORIZED = 401
ONLY_UNAUTHORIZED = frozenset({UNAUTHORIZED})


class AuthorizedHttp:
    """A `ProviderHttp` with a token."""

    def __init__(
        self, http: ProviderHttp, tokens: SharedTokens, *, token_refusals: frozenset[int] = ONLY_UNAUTHORIZED
    ) -> None:
        """`token_refusals`: the statuses with which this provider refuses a token; 403 only where its papers say so."""
        self._http = http
        self._tokens = tokens
        self._token_refusals = token_refusals

    def call(
        self,
        method: str,
        path: str,
        *,
        deadline: Deadline,
        safe_to_repeat: bool = False,
        params: Mapping[str, str] | None = None,
        json: object = None,
        data: Mapping[str, str] | bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """One call, as `ProviderHttp.call`; its answer whatever the status, also when a new token is refused as well.

        A refused token is dropped and renewed once, and the call replayed once: after a 401 always, because a request
        that was not authenticated was not acted on (RFC 9110, 15.5.2); after anything else only if `safe_to_repeat`.

        Raises:
            ProviderUnavailable: provably nothing was done, by this call or for want of a token.
            ProviderAmbiguous: the answer was lost on the way.
            ConfigurationError: `provider_credentials` and what getting the secret raises; nothing was done.
        """

        def send(token: Token) -> requests.Response:
            return self._http.call(
                method,
                path,
                deadline=deadline,
                safe_to_repeat=safe_to_repeat,
                params=params,
                json=json,
                data=data,
                headers={**(headers or {}), "Authorization": f"Bearer {token.value}"},
            )

        token = self._tokens.get(deadline)
        response = send(token)
        if response.status_code not in self._token_refusals:
            return response
        self._tokens.drop(token)
        replayable = safe_to_repeat or response.status_code == UNAUTHORIZED
        if not replayable or deadline.remaining() < LEAST_SECONDS:
            return response
        return send(self._tokens.get(deadline))
