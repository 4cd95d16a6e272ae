"""One call to Mercado Pago: within the deadline, under its key, in exact numbers, failing in our tree."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import NoReturn
from urllib.parse import quote

import requests

from commerce.payments.gateways.fields import Json
from commerce.payments.gateways.mercado_pago.bodies import idempotency_key
from commerce.payments.gateways.mercado_pago.failures import translate, unreadable
from commerce.payments.gateways.mercado_pago.settings import OFFICIAL_HOSTS, PROVIDER, account_of, require_token
from commerce.platform.config import base_url, live_mode, setting
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ConfigurationError
from commerce.platform.http import ProviderHttp, provider_session, retry_after
from commerce.platform.secrets import Secrets, SecretsManagerSecrets, secret_field

_CREDENTIALS_REFUSED = frozenset({401, 403})


class MercadoPagoClient:
    """Reads and writes of one Mercado Pago account.

    Every method raises the `ProviderError` branch, or ConfigurationError (`provider_credentials`, `wrong_key`,
    `missing_secret`): nothing was done. Otherwise a failed read is `ProviderMissing` or `ProviderUnavailable` and
    never says anything else about the payment. A write is sent once: whether to repeat it is decided by the ledger.
    """

    def __init__(self, http: ProviderHttp, secrets: Secrets, secret_name: str, *, live_mode: bool) -> None:
        self._http = http
        self._secrets = secrets
        self._secret_name = secret_name
        self._live_mode = live_mode

    @classmethod
    def from_settings(cls, secrets: Secrets | None = None) -> MercadoPagoClient:
        """As this deployment is set up; the secret is read when it is first needed.

        Raises:
            ConfigurationError: `missing_setting`, `wrong_setting`.
        """
        base = base_url("MERCADO_PAGO_API_BASE", official_hosts=OFFICIAL_HOSTS)
        return cls(
            ProviderHttp(provider_session(base, provider=PROVIDER), base),
            secrets or SecretsManagerSecrets(),
            setting("MERCADO_PAGO_SECRET_NAME"),
            live_mode=live_mode(),
        )

    @property
    def account(self) -> int | None:
        """The user id of the account whose token we have; None for a token that does not tell."""
        return account_of(self._token())

    def get(self, path: str, *, deadline: Deadline, params: Mapping[str, str] | None = None) -> Json:
        response = self._http.call(
            "GET", path, deadline=deadline, params=params, headers=self._headers(), safe_to_repeat=True
        )
        body = self._answered(response, reads=True)
        if body is None:
            raise unreadable(reads=True)
        return body

    def write(self, method: str, path: str, raw: bytes, *, key: str, deadline: Deadline) -> Json | None:
        """Change something under the idempotency key `key`.

        Returns:
            What it became, None for a success without a body.
        """
        headers = {
            **self._headers(),
            "Content-Type": "application/json",
            "X-Idempotency-Key": idempotency_key(key),
        }
        response = self._http.call(method, path, deadline=deadline, data=raw, headers=headers)
        return self._answered(response, reads=False)

    def _token(self) -> str:
        fields = self._secrets.get(self._secret_name)
        return require_token(secret_field(fields, self._secret_name, "access_token"), live_mode=self._live_mode)

    def _headers(self) -> dict[str, str]:
        # Without the second one a refund under way is not shown, and asking for one is answered with an error.
        return {
            "Authorization": f"Bearer {self._token()}",
            "Accept": "application/json",
            "X-Render-In-Process-Refunds": "true",
        }

    def _answered(self, response: requests.Response, *, reads: bool) -> Json | None:
        if response.ok:
            return None if not response.content.strip() else _object(response.content, reads=reads)
        error = translate(
            response.status_code, _error(response.content), reads=reads, retry_after=retry_after(response.headers)
        )
        if isinstance(error, ConfigurationError) and response.status_code in _CREDENTIALS_REFUSED:
            self._secrets.forget(self._secret_name)
        raise error


def path_of(*parts: str) -> str:
    """`/v1/payments/123/refunds` of its parts; ids come from outside and must not leave their place."""
    return "".join(f"/{quote(part, safe='')}" for part in ("v1", "payments", *parts))


def _object(raw: bytes, *, reads: bool) -> Json:
    try:
        parsed = json.loads(raw, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise unreadable(reads=reads) from None
    if not isinstance(parsed, dict):
        raise unreadable(reads=reads)
    return parsed


def _error(raw: bytes) -> Json | None:
    """The answer's object; None when there is none, as in an answer of something in between."""
    try:
        parsed = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")
