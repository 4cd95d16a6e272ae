"""In what one bank's Pix API differs from another's. The differences are data: no bank has code of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from commerce.platform.token_requests import TokenStyle

STANDARD_LIMIT = 999_999_999_999
"""Centavos: the most that `valor` of the standard can say (`\\d{1,10}\\.\\d{2}`)."""

STANDARD_SCOPES = "cob.read cob.write cobv.read cobv.write pix.read pix.write webhook.read webhook.write"


class Checked(StrEnum):
    """What an entry was held against. None was tried with an account at the bank."""

    OFFICIAL = "the bank's own SDK or documentation"
    OPEN_SOURCE = "at least two independent open implementations that agree"
    ONE_SOURCE = "a single open implementation"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a bank answers.

    Args:
        api: with the path before `/cob`.
        token: the whole address of the token endpoint; empty where the bank hands out one long-lived token on its
            portal instead, which then is `access_token` in the secret.
        api_certificate, token_certificate: whether the client certificate has to be shown there.
    """

    api: str
    token: str
    api_certificate: bool = True
    token_certificate: bool = True


@dataclass(frozen=True, slots=True)
class FromSecret:
    """A header or query parameter `name` whose value is `field` of the secret."""

    name: str
    field: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class BankProfile:
    """One bank.

    Args:
        name: the value of PIX_BANK; at most twelve small letters, digits and underscores.
        title: as people call it.
        scope: what a token is asked for; `scope` in the secret takes its place, where the bank granted less.
        token_params: query of the token request.
        secretless: the client certificate stands in for a client secret (RFC 8705, 2).
        headers, params: on every call of the API.
        correlation_header: wants a fresh id on every call.
        code_fields: where the "copia e cola" text may be in a charge, the likeliest first.
        patch_path: the path before `/cob` for revisions, where it is another one.
        webhook_headers: on the call that registers a webhook, for one that does not ask for the bank's certificate.
        limit: the most that one Pix may ask for, in centavos.
        certificate: where the client certificate comes from.
        checked: what live addresses and authentication were held against.
        notes: what else is known, and what is not.
    """

    name: str
    title: str
    live: Addresses
    test: Addresses
    token_style: TokenStyle
    certificate: str
    checked: Checked
    scope: str = STANDARD_SCOPES
    token_params: Mapping[str, str] = field(default_factory=dict)
    secretless: bool = False
    headers: tuple[FromSecret, ...] = ()
    params: tuple[FromSecret, ...] = ()
    correlation_header: str = ""
    code_fields: tuple[str, ...] = ("pixCopiaECola",)
    patch_path: str = ""
    webhook_headers: Mapping[str, str] = field(default_factory=dict)
    limit: int = STANDARD_LIMIT
    notes: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The path before `/cob`, as a stand-in of this bank has it too."""
        return urlsplit(self.live.api).path

    @property
    def live_hosts(self) -> tuple[str, ...]:
        """Where real money moves; in live mode secrets go nowhere else."""
        hosts = [urlsplit(url).hostname or "" for url in (self.live.api, self.live.token)]
        return tuple(dict.fromkeys(hosts))
