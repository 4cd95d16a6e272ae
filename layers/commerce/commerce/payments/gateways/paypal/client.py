"""One call to PayPal: with the shared token, within the deadline, under its key, in plain JSON, failing in our tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import requests

from commerce.payments.gateways.fields import Json
from commerce.payments.gateways.paypal.failures import translate, unreadable
from commerce.payments.gateways.paypal.orders import request_id
from commerce.payments.gateways.paypal.settings import PROVIDER, api_base
from commerce.platform.authorized_http import AuthorizedHttp
from commerce.platform.clock import Clock, SystemClock
from commerce.platform.config import setting
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ProviderAmbiguous
from commerce.platform.http import ProviderHttp, provider_session, retry_after
from commerce.platform.secrets import Secrets, SecretsManagerSecrets, secret_field
from commerce.platform.shared_tokens import SharedTokens
from commerce.platform.token_requests import ClientCredentials, ClientCredentialsSource, TokenRequest
from commerce.platform.token_store import TokenStore

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

TOKEN_REQUEST = TokenRequest("/v1/oauth2/token")
READ_DISPUTES = "https://uri.paypal.com/services/disputes/read-seller"
_NO_QUESTION = frozenset({requests.codes.bad_request, requests.codes.unprocessable_entity})
_REPRESENTATION = {"Accept": "application/json", "Prefer": "return=representation"}


@dataclass(frozen=True, slots=True)
class Answer:
    """`repeated`: PayPal knew the request already; what it shows may be as old as its first answer."""

    body: Json
    repeated: bool = False


class PaypalClient:
    """Reads and writes of one PayPal business account.

    Every method raises the `ProviderError` branch, or ConfigurationError (`provider_credentials`,
    `missing_permission`, and what getting the secret raises): nothing was done. Otherwise a failed read is
    `ProviderMissing` or `ProviderUnavailable` and never says anything else about the object.
    """

    def __init__(self, http: AuthorizedHttp, tokens: SharedTokens) -> None:
        self._http = http
        self._tokens = tokens

    @classmethod
    def over(
        cls, http: ProviderHttp, store: TokenStore, secrets: Secrets, secret_name: str, clock: Clock
    ) -> PaypalClient:
        """A client whose credentials are those that the secret has now."""

        def source() -> ClientCredentialsSource:
            fields = secrets.get(secret_name)
            named = {name: secret_field(fields, secret_name, name) for name in ("client_id", "client_secret")}
            credentials = ClientCredentials(**named, secret_name=secret_name)
            return ClientCredentialsSource(
                http, TOKEN_REQUEST, credentials, clock, refused=lambda: secrets.forget(secret_name)
            )

        tokens = SharedTokens(store, source, clock)
        return cls(AuthorizedHttp(http, tokens), tokens)

    @classmethod
    def from_settings(
        cls, dynamodb: DynamoDBClient, secrets: Secrets | None = None, clock: Clock | None = None
    ) -> PaypalClient:
        """As this deployment is set up; the secret is read when it is first needed.

        Raises:
            ConfigurationError: `missing_setting`, `wrong_setting`.
        """
        base = api_base()
        return cls.over(
            ProviderHttp(provider_session(base, provider=PROVIDER), base),
            TokenStore(dynamodb, setting("TOKENS_TABLE")),
            secrets or SecretsManagerSecrets(),
            setting("PAYPAL_SECRET_NAME"),
            clock or SystemClock(),
        )

    def may(self, scope: str, deadline: Deadline) -> bool:
        """Whether the app of our credentials has this permission."""
        return scope in self._tokens.get(deadline).scope.split()

    def get(self, path: str, *, deadline: Deadline, params: Mapping[str, str] | None = None) -> Json:
        return _answered(self._read("GET", path, deadline=deadline, params=params), reads=True)

    def post(
        self, path: str, body: Mapping[str, Any] | None = None, *, key: str | None = None, deadline: Deadline
    ) -> Answer:
        """Change something under the idempotency key `key`, and get the whole of what it became.

        Args:
            key: None for what can be done only once by its nature.
        """
        headers = {} if key is None else {"PayPal-Request-Id": request_id(key)}
        # An empty body as well has to be JSON: without a content type PayPal answers 415.
        response = self._call(
            "POST", path, deadline=deadline, json=dict(body or {}), headers=headers, safe_to_repeat=True
        )
        return Answer(_answered(response, reads=False), repeated=response.status_code == requests.codes.ok)

    def ask(self, path: str, raw: bytes, *, deadline: Deadline) -> Json:
        """POST a question that changes nothing, its JSON byte for byte as given; no answer to one that is none."""
        response = self._read("POST", path, deadline=deadline, data=raw, headers={"Content-Type": "application/json"})
        if response.status_code in _NO_QUESTION:
            return {}
        return _answered(response, reads=True)

    def _read(self, method: str, path: str, **call: Any) -> requests.Response:
        try:
            return self._call(method, path, safe_to_repeat=True, **call)
        except ProviderAmbiguous:
            # Whether it came through is no matter: it could change nothing.
            raise unreadable(reads=True) from None

    def _call(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **call: Any
    ) -> requests.Response:
        return self._http.call(method, path, headers={**_REPRESENTATION, **(headers or {})}, **call)


def path_of(*parts: str) -> str:
    """`/v2/checkout/orders/5O190127TN364715T` of its parts; ids come from outside and must not leave their place.

    Raises:
        ValueError: a part that would be another path.
    """
    if any(part in ("", ".", "..") for part in parts):
        raise ValueError("A path has no empty or dotted parts.")
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def _answered(response: requests.Response, *, reads: bool) -> Json:
    body = {} if response.status_code == requests.codes.no_content else _json(response)
    if response.ok and body is not None:
        return body
    if response.ok:
        raise unreadable(reads=reads)
    raise translate(response.status_code, body, reads=reads, retry_after=retry_after(response.headers))


def _json(response: requests.Response) -> Json | None:
    """The answer's object; None when there is none, as in an answer of something in between."""
    try:
        parsed = response.json()
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None
