"""One call to the generic gateway: within the deadline, in plain JSON, failing in our tree."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import requests

from commerce.payments.gateways.brazil_payments.failures import translate, unreadable
from commerce.payments.gateways.brazil_payments.settings import PROVIDER, api_base
from commerce.platform.config import setting
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ConfigurationError
from commerce.platform.http import ProviderHttp, provider_session, retry_after
from commerce.platform.secrets import Secrets, SecretsManagerSecrets, secret_field

type Json = Mapping[str, Any]


class BrazilPaymentsClient:
    """Reads and writes of one merchant's account.

    Every method raises the `ProviderError` branch, or ConfigurationError (`provider_credentials`, `missing_secret`):
    nothing was done. A write is sent once.
    """

    def __init__(self, http: ProviderHttp, secrets: Secrets, secret_name: str) -> None:
        self._http = http
        self._secrets = secrets
        self._secret_name = secret_name

    @classmethod
    def from_settings(cls, secrets: Secrets | None = None) -> BrazilPaymentsClient:
        """As this deployment is set up; the secret is read when it is first needed.

        Raises:
            ConfigurationError: `missing_setting`, `wrong_setting`.
        """
        base = api_base()
        return cls(
            ProviderHttp(provider_session(base, provider=PROVIDER), base),
            secrets or SecretsManagerSecrets(),
            setting("BRAZIL_PAYMENTS_SECRET_NAME"),
        )

    @property
    def merchant_id(self) -> str:
        return self._field("merchant_id")

    def transaction(self, provider_ref: str, *, deadline: Deadline) -> Json:
        path = f"/transactions/{quote(provider_ref, safe='')}"
        response = self._http.call(
            "GET",
            path,
            deadline=deadline,
            headers=self._headers(),
            safe_to_repeat=True,
            shown="/transactions/{id}",
        )
        return self._answered(response, reads=True)

    def create(self, path: str, body: Json, *, key: str, deadline: Deadline) -> Json:
        """POST `body`. The key is sent for those providers that honour one; nobody promises to."""
        headers = {**self._headers(), "Idempotency-Key": key}
        response = self._http.call("POST", path, deadline=deadline, json=dict(body), headers=headers)
        return self._answered(response, reads=False)

    def _field(self, name: str) -> str:
        return secret_field(self._secrets.get(self._secret_name), self._secret_name, name)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._field('api_key')}", "Accept": "application/json"}

    def _answered(self, response: requests.Response, *, reads: bool) -> Json:
        body = _object(response.content)
        if response.ok and body is not None:
            return body
        if response.ok:
            raise unreadable(reads=reads)
        error = translate(response.status_code, body, reads=reads, retry_after=retry_after(response.headers))
        if isinstance(error, ConfigurationError):
            self._secrets.forget(self._secret_name)
        raise error


def _object(raw: bytes) -> Json | None:
    """The answer's object; None when there is none, as in an answer of something in between."""
    try:
        parsed = json.loads(raw, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None
