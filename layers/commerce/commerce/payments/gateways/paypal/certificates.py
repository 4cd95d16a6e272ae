"""The certificates that PayPal's webhooks are signed with: from PayPal's own hosts only, and only if they hold.

`cryptography` and `requests` are imported when the first certificate is looked at: the webhook alone pays for them.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from commerce.platform.deadline import Deadline
from commerce.platform.errors import ConfigurationError, IntegrationError, ProviderUnavailable, Unauthorized

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.x509 import Certificate

PATH = "/v1/notifications/certs/"
LIVE_NAME = "messageverificationcerts.paypal.com"
SANDBOX_NAME = "messageverificationcerts.sandbox.paypal.com"
LIVE_ORIGINS = ("https://api.paypal.com", "https://api-m.paypal.com")
SANDBOX_ORIGINS = ("https://api.sandbox.paypal.com", "https://api-m.sandbox.paypal.com")

FETCH_SECONDS = 4.0
KEPT = timedelta(hours=24)
MOST_KEPT = 8

FETCHES_A_MINUTE = 10
"""The address of the certificate comes from the caller and is looked up before anything is proved: whoever makes up ids
would have us call PayPal as often as they call us, until PayPal shuts us out. PayPal signs with one certificate or two,
which are kept for a day, so that a container needs one call in a day. Above this, deliveries whose certificate is not
known here get a 503 and come again; what they tell of is found by the clock as well."""

TOO_MANY = "too_many_certificates"

REFUSED_FOR = timedelta(minutes=5)
"""For so long an id that PayPal does not know, or whose certificate is no good, is refused without another look."""

MOST_REFUSED = 64
_MINUTE = timedelta(minutes=1)
MOST_CERTIFICATES = 8
_BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,127}", re.ASCII)

type Fetch = Callable[[str, str, Deadline], bytes]
"""`fetch(origin, path, deadline)` gives the PEM.

Raises Unauthorized when there is no such certificate, ProviderUnavailable.
"""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The key of a certificate; `trusted` when its chain leads to an authority that we trust."""

    key: RSAPublicKey
    trusted: bool
    fetched_at: datetime
    valid_from: datetime
    valid_until: datetime

    def holds(self, now: datetime) -> bool:
        return self.valid_from <= now <= self.valid_until and abs(now - self.fetched_at) < KEPT


class Certificates:
    """Keys by the URL of their certificate, kept for a day. Used by one webhook function, one call at a time.

    Args:
        origins: where certificates may come from, with the name that they have to carry; see `origins`.
        root_ca: PEM of the one authority to trust, empty for the public ones.
    """

    def __init__(self, origins: Callable[[], dict[str, str]], root_ca: Callable[[], str], fetch: Fetch) -> None:
        self._origins = origins
        self._root_ca = root_ca
        self._fetch = fetch
        self._kept: dict[str, SigningKey] = {}
        self._refused: dict[str, datetime] = {}
        self._fetched_at: deque[datetime] = deque(maxlen=FETCHES_A_MINUTE)

    def check(self, url: str) -> tuple[str, str, str]:
        """Origin, path, and the name that the certificate has to carry.

        The whole URL is compared and never taken apart, so that no reading of it can differ from that of whoever
        fetches it: no user, port, query, fragment, nothing before or after the id.

        Raises:
            Unauthorized: `certificate_refused`.
        """
        for origin, name in self._origins().items():
            prefix = origin + PATH
            if url.startswith(prefix) and _NAME.fullmatch(url.removeprefix(prefix)):
                return origin, url.removeprefix(origin), name
        raise Unauthorized("The certificate is not on one of PayPal's hosts.", code="certificate_refused")

    def key(self, url: str, now: datetime, deadline: Deadline) -> SigningKey:
        """
        Raises:
            Unauthorized: `certificate_refused`: not PayPal's URL, no such certificate, none in force now.
            ProviderUnavailable: `certificate_unavailable`: it could not be fetched; `too_many_certificates`: it was
                not tried.
            ConfigurationError: `wrong_certificate`: the configured authority cannot be read.
        """
        kept = self._kept.get(url)
        if kept is not None and kept.holds(now):
            return kept
        origin, path, name = self.check(url)
        if abs(now - self._refused.get(url, datetime.min.replace(tzinfo=now.tzinfo))) < REFUSED_FOR:
            raise _refused("was refused a moment ago")
        self._count_fetch(now)
        brief = Deadline.after(deadline.remaining(), ceiling=FETCH_SECONDS, monotonic=deadline.monotonic)
        try:
            found = read_chain(self._fetch(origin, path, brief), name, self._root_ca(), now)
        except Unauthorized:
            if len(self._refused) >= MOST_REFUSED:
                self._refused.clear()
            self._refused[url] = now
            raise
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[url] = found
        return found

    def _count_fetch(self, now: datetime) -> None:
        if len(self._fetched_at) == FETCHES_A_MINUTE and abs(now - self._fetched_at[0]) < _MINUTE:
            raise ProviderUnavailable(
                "Too many certificates were asked for within a minute; deliver this again.",
                code=TOO_MANY,
                retry_after=int(_MINUTE.total_seconds()),
            )
        self._fetched_at.append(now)

    def vouched(self, url: str, found: SigningKey) -> None:
        """PayPal itself said of a message that this key verifies that it is genuine: so is the key."""
        self._kept[url] = SigningKey(found.key, True, found.fetched_at, found.valid_from, found.valid_until)


def origins(*, live_mode: bool, api_base: str) -> dict[str, str]:
    """Where certificates may come from. In test mode also the sandbox's hosts, and whatever stands in for PayPal."""
    live = dict.fromkeys(LIVE_ORIGINS, LIVE_NAME)
    if live_mode:
        return live
    return {api_base: SANDBOX_NAME} | dict.fromkeys(SANDBOX_ORIGINS, SANDBOX_NAME) | live


def read_chain(pem: bytes, name: str, root_ca: str, now: datetime) -> SigningKey:
    """The key of the first certificate; the others lead from it to an authority.

    Raises:
        Unauthorized: `certificate_refused`: no certificates, no RSA key, not in force now.
        ConfigurationError: `wrong_certificate`.
    """
    from cryptography import x509  # noqa: PLC0415 - see above
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

    try:
        chain = x509.load_pem_x509_certificates(pem)
        key = chain[0].public_key()
    except ValueError:
        raise _refused("is none") from None
    if len(chain) > MOST_CERTIFICATES or not isinstance(key, rsa.RSAPublicKey):
        raise _refused("is not of the kind that PayPal signs with")
    if not chain[0].not_valid_before_utc <= now <= chain[0].not_valid_after_utc:
        raise _refused("is not in force now")
    return SigningKey(
        key=key,
        trusted=_is_trusted(chain, name, root_ca, now),
        fetched_at=now,
        valid_from=chain[0].not_valid_before_utc,
        valid_until=chain[0].not_valid_after_utc,
    )


def _is_trusted(chain: Sequence[Certificate], name: str, root_ca: str, now: datetime) -> bool:
    """Signatures, dates, constraints and name (RFC 5280, and the profile of public web authorities)."""
    from cryptography.x509 import DNSName, verification  # noqa: PLC0415

    builder = verification.PolicyBuilder().store(verification.Store(_roots(root_ca))).time(now)
    try:
        builder.build_server_verifier(DNSName(name)).verify(chain[0], list(chain[1:]))
    except verification.VerificationError:
        return False
    return True


def _roots(root_ca: str) -> list[Certificate]:
    import certifi  # noqa: PLC0415

    if not root_ca:
        return [one for block in _BLOCK.findall(certifi.contents()) if (one := _read(block)) is not None]
    found = [_read(block) for block in _BLOCK.findall(root_ca.replace("\\n", "\n"))]
    usable = [one for one in found if one is not None]
    if not usable or len(usable) < len(found):
        raise ConfigurationError(
            "webhook_root_ca in the secret named by PAYPAL_SECRET_NAME holds no certificate in PEM. Take the field "
            "out: it is for a stand-in of PayPal, whose certificates no public authority signs.",
            code="wrong_certificate",
        )
    return usable


def _read(block: str) -> Certificate | None:
    """One certificate; None for one that is against the standard, as an old public authority's now and then is."""
    import warnings  # noqa: PLC0415

    from cryptography import x509  # noqa: PLC0415
    from cryptography.utils import CryptographyDeprecationWarning  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("error", CryptographyDeprecationWarning)
        try:
            return x509.load_pem_x509_certificate(block.encode())
        except (ValueError, CryptographyDeprecationWarning):
            return None


def fetch(origin: str, path: str, deadline: Deadline) -> bytes:
    """From PayPal, without following redirects."""
    from commerce.platform.http import ProviderHttp, provider_session  # noqa: PLC0415

    http = ProviderHttp(provider_session(origin, provider="paypal"), origin)
    try:
        response = http.call("GET", path, deadline=deadline, safe_to_repeat=True)
    except IntegrationError as error:
        raise ProviderUnavailable(
            "PayPal's certificate could not be fetched.", code="certificate_unavailable"
        ) from error
    if response.status_code in (400, 404, 410):
        raise _refused("does not exist")
    if response.status_code != 200:
        raise ProviderUnavailable("PayPal's certificate could not be fetched.", code="certificate_unavailable")
    return response.content


def _refused(problem: str) -> Unauthorized:
    return Unauthorized(f"The certificate that the signature names {problem}.", code="certificate_refused")
