"""The way to the bank under the secret as it is now: certificate shown where it is wanted, tokens shared (AUT-06)."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from commerce.payments.gateways.bacen.profile import FromSecret
from commerce.payments.gateways.bacen.settings import PROVIDER, Bank
from commerce.platform.authorized_http import AuthorizedHttp
from commerce.platform.clock import Clock
from commerce.platform.deadline import Deadline
from commerce.platform.http import ProviderHttp, provider_session
from commerce.platform.secrets import PLACEHOLDER, Secrets, secret_field
from commerce.platform.shared_tokens import SharedTokens
from commerce.platform.tls import CERTIFICATE, PRIVATE_KEY, SERVER_CA, ClientCertificate
from commerce.platform.token_requests import ClientCredentials, ClientCredentialsSource, TokenRequest
from commerce.platform.tokens import Token, TokenSource, token_key

if TYPE_CHECKING:
    from commerce.platform.token_store import TokenStore

FIXED_TOKEN_LIFE = timedelta(hours=1)
_TLS_FIELDS = (CERTIFICATE, PRIVATE_KEY, SERVER_CA)

type MakeHttp = Callable[[str, ClientCertificate | None, str | None], ProviderHttp]
"""(base URL, client certificate, authorities that vouch for the server) -> a client."""


def bank_http(base: str, certificate: ClientCertificate | None, server_ca: str | None) -> ProviderHttp:
    """Raises ConfigurationError: `wrong_certificate`."""
    session = provider_session(base, provider=PROVIDER, client_certificate=certificate, server_ca=server_ca)
    return ProviderHttp(session, base)


class BankConnection:
    """Sessions and tokens of one bank; rebuilt when the certificate in the secret changes."""

    def __init__(
        self,
        bank: Bank,
        store: TokenStore,
        secrets: Secrets,
        secret_name: str,
        clock: Clock,
        *,
        make_http: MakeHttp = bank_http,
    ) -> None:
        self.bank = bank
        self._secrets = secrets
        self._secret_name = secret_name
        self._clock = clock
        self._make_http = make_http
        self._tokens = SharedTokens(store, self._source, clock)
        self._built: tuple[tuple[str, ...], ProviderHttp, ProviderHttp] | None = None

    def http(self) -> AuthorizedHttp:
        """The API, below the path before `/cob`; raises ConfigurationError: `missing_secret`, `wrong_certificate`."""
        return AuthorizedHttp(self._clients()[0], self._tokens)

    def host(self) -> str:
        """Scheme and host of the API."""
        parts = urlsplit(self.bank.addresses.api)
        return f"{parts.scheme}://{parts.netloc}"

    def path(self, *, patch: bool = False) -> str:
        """The path before `/cob`."""
        return (self.bank.profile.patch_path if patch else "") or urlsplit(self.bank.addresses.api).path

    def headers(self) -> Mapping[str, str]:
        """What this bank wants in the header of every call, beside the token."""
        correlation = self.bank.profile.correlation_header
        return {**self._extras(self.bank.profile.headers), **({correlation: str(uuid.uuid4())} if correlation else {})}

    def params(self) -> Mapping[str, str]:
        return self._extras(self.bank.profile.params)

    def field(self, name: str) -> str:
        """A field of the secret; raises ConfigurationError: `missing_secret`."""
        return secret_field(self._secrets.get(self._secret_name), self._secret_name, name)

    def pix_keys(self) -> tuple[str, ...]:
        """Our Pix keys: the one in use, and those of `pix_key_previous` (separated by commas), under which charges were
        made that live on.

        Raises:
            ConfigurationError: `missing_secret` without a key in use.
        """
        previous = _kept(self._secrets.get(self._secret_name), "pix_key_previous").split(",")
        return (self.field("pix_key"), *(key.strip() for key in previous if key.strip()))

    def _extras(self, wanted: tuple[FromSecret, ...]) -> dict[str, str]:
        fields = self._secrets.get(self._secret_name)
        found = {
            one.name: _kept(fields, one.field) if one.optional else secret_field(fields, self._secret_name, one.field)
            for one in wanted
        }
        return {name: value for name, value in found.items() if value}

    def _clients(self) -> tuple[ProviderHttp, ProviderHttp]:
        """For the API and for tokens."""
        fields = self._secrets.get(self._secret_name)
        shown = tuple(_kept(fields, name) for name in _TLS_FIELDS)
        if self._built is None or self._built[0] != shown:
            addresses = self.bank.addresses
            api = self._client(self.host(), fields, certificate=addresses.api_certificate)
            token = self._client(
                _origin(addresses.token or addresses.api), fields, certificate=addresses.token_certificate
            )
            self._built = (shown, api, token)
        return self._built[1:]

    def _client(self, base: str, fields: Mapping[str, str], *, certificate: bool) -> ProviderHttp:
        server_ca = _kept(fields, SERVER_CA) or None
        given = bool(_kept(fields, CERTIFICATE))
        show = certificate and (given or not self.bank.stand_in)
        client = None
        if show:
            pem, key = (secret_field(fields, self._secret_name, name) for name in (CERTIFICATE, PRIVATE_KEY))
            client = ClientCertificate(pem, key, self._secret_name)
        return self._make_http(base, client, server_ca)

    def _source(self) -> TokenSource:
        fields, addresses, profile = self._secrets.get(self._secret_name), self.bank.addresses, self.bank.profile
        if not addresses.token:
            return _FixedToken(secret_field(fields, self._secret_name, "access_token"), self._clock)
        secret = _kept(fields, "client_secret")
        if not profile.secretless:
            secret = secret_field(fields, self._secret_name, "client_secret")
        credentials = ClientCredentials(
            secret_field(fields, self._secret_name, "client_id"),
            secret,
            secret_name=self._secret_name,
            bound_to=hashlib.sha256(_kept(fields, CERTIFICATE).encode()).hexdigest(),
        )
        request = TokenRequest(
            urlsplit(addresses.token).path,
            profile.token_style,
            scope=_kept(fields, "scope") or profile.scope,
            params=profile.token_params,
        )
        return ClientCredentialsSource(
            self._clients()[1],
            request,
            credentials,
            self._clock,
            refused=lambda: self._secrets.forget(self._secret_name),
        )


class _FixedToken:
    """The one token that a bank's test portal shows; there is nothing to fetch."""

    provider = PROVIDER

    def __init__(self, value: str, clock: Clock) -> None:
        self._value = value
        self._clock = clock
        self.key = token_key(PROVIDER, "", value, "")

    def fetch(self, deadline: Deadline) -> Token:  # noqa: ARG002
        now = self._clock.now()
        return Token(self._value, now, now + FIXED_TOKEN_LIFE)


def _kept(fields: Mapping[str, str], name: str) -> str:
    """A field that need not be there; the placeholder of a fresh deployment counts as empty."""
    value = fields.get(name, "")
    return "" if value == PLACEHOLDER else value


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
