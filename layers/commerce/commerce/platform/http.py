"""HTTP to a provider: one host, time out of the deadline, nothing repeated behind anybody's back (PAY-06, AUT-05).

`ProviderSession` is a `requests.Session` that an SDK may use as its own; `ProviderHttp` is for thin clients.
Both raise the errors of `requests`; `failure` turns one into our tree, and knows whether anything was sent.
"""

from __future__ import annotations

import random
import re
import ssl
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError
from urllib3.util import Timeout

from commerce.platform.deadline import Deadline
from commerce.platform.errors import ConfigurationError, ProviderAmbiguous, ProviderUnavailable
from commerce.platform.observability import logger

if TYPE_CHECKING:
    from commerce.platform.tls import ClientCertificate

CONNECT_SECONDS = 2.0
LEAST_SECONDS = 0.2
"""With less than this left a call is not begun: it could only end in doubt."""

CEILING_SECONDS = 20.0
"""The most a call may take when nobody set a deadline."""

MAX_ANSWER_BYTES = 8 * 1024 * 1024
CHUNK_BYTES = 64 * 1024
POOL_SIZE = 10
REPEATABLE_STATUS = frozenset({429, 503})
CERTIFICATE_ALERTS = frozenset(
    {
        "ACCESS_DENIED",
        "BAD_CERTIFICATE",
        "CERTIFICATE_EXPIRED",
        "CERTIFICATE_REQUIRED",
        "CERTIFICATE_REVOKED",
        "CERTIFICATE_UNKNOWN",
        "UNKNOWN_CA",
        "UNSUPPORTED_CERTIFICATE",
    }
)
"""What a server sends when it ends the handshake over our certificate, before it reads any request (RFC 8446, 6.2)."""

_WORD_SEGMENT = re.compile(r"(?:[a-z]+(?:[_-][a-z]+)*|v\d+(?::[A-Za-z]+)?|oauth2)?")


class HostRefused(requests.exceptions.InvalidURL):
    """A URL outside the one host that this session is for; nothing was sent."""


class OutOfTime(requests.exceptions.ConnectTimeout):
    """The deadline was over before the call began; nothing was sent."""


class AnswerTooLarge(requests.exceptions.RequestException):
    """The answer went past MAX_ANSWER_BYTES; whether it was acted on is not known."""


class ProviderSession(requests.Session):
    """A session that talks to one origin only.

    No proxies or credentials from the environment, no redirects, no retries; every call ends by the deadline of
    `within`, and logs one line without query, headers or bodies.
    """

    def __init__(self, base_url: str, *, provider: str) -> None:
        super().__init__()
        self.provider = provider
        self.origin = _origin(base_url)
        self.trust_env = False
        self._deadline: ContextVar[Deadline | None] = ContextVar(f"{provider}_deadline", default=None)
        self._shown: ContextVar[str | None] = ContextVar(f"{provider}_shown", default=None)
        self.adapters.clear()
        # By scheme: `origin` spells out the default port, which URLs leave out; `send` refuses every other host.
        self.mount(
            f"{urlsplit(self.origin).scheme}://", HTTPAdapter(pool_connections=1, pool_maxsize=POOL_SIZE, max_retries=0)
        )

    @contextmanager
    def within(self, deadline: Deadline, *, shown: str | None = None) -> Iterator[None]:
        """Calls inside the block end by `deadline`.

        Args:
            shown: stands for the path in the log, where segments hold what `path_template` takes for words.
        """
        token, earlier = self._deadline.set(deadline), self._shown.set(shown)
        try:
            yield
        finally:
            self._deadline.reset(token)
            self._shown.reset(earlier)

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        if _origin(request.url or "") != self.origin:
            raise HostRefused(f"This session is for {self.origin} only.")
        deadline = self._deadline.get() or Deadline.after(CEILING_SECONDS)
        kwargs.update(stream=True, allow_redirects=False, timeout=_timeout(deadline, kwargs.get("timeout")))
        kwargs["proxies"] = {}
        began = time.monotonic()
        status: int | str = "error"
        try:
            response = super().send(request, **kwargs)
            response.raw = _BoundedBody(response.raw, deadline)
            _ = response.content
            status = response.status_code
            return response
        except requests.RequestException as error:
            status = type(error).__name__
            raise
        finally:
            self._log(request, status, began)

    def _log(self, request: requests.PreparedRequest, status: int | str, began: float) -> None:
        logger.info(
            "provider call",
            extra={
                "provider": self.provider,
                "method": request.method,
                "path": self._shown.get() or path_template(urlsplit(request.url or "").path),
                "status": status,
                "ms": round((time.monotonic() - began) * 1000, 1),
            },
        )


def provider_session(
    base_url: str,
    *,
    provider: str,
    client_certificate: ClientCertificate | None = None,
    server_ca: str | None = None,
) -> ProviderSession:
    """A session for the provider at `base_url` (from `config.base_url`, which decides where secrets may go).

    Args:
        client_certificate: what the provider knows us by (mutual TLS).
        server_ca: PEM of the authorities that vouch for the provider, in the place of the public ones.

    Raises:
        ConfigurationError: `wrong_certificate`; names the field of the secret that cannot be used, and shows nothing.
    """
    session = ProviderSession(base_url, provider=provider)
    if client_certificate is not None or server_ca is not None:
        from commerce.platform.tls import TlsAdapter, tls_context  # noqa: PLC0415 - only who shows a certificate pays

        session.mount("https://", TlsAdapter(tls_context(provider, client_certificate, server_ca), POOL_SIZE))
    return session


@dataclass(frozen=True, slots=True)
class Retry:
    """How a call that is safe to repeat is repeated: full jitter over doubling steps, never past the deadline."""

    attempts: int = 3
    first_seconds: float = 0.2
    jitter: Callable[[], float] = random.random
    sleep: Callable[[float], None] = time.sleep

    def pause(self, attempt: int, deadline: Deadline, retry_after: float = 0.0) -> bool:
        """Wait before try number `attempt` + 1; False when the deadline leaves no room for it."""
        seconds = max(retry_after, self.first_seconds * 2 ** (attempt - 1) * self.jitter())
        if attempt >= self.attempts or seconds + LEAST_SECONDS > deadline.remaining():
            return False
        self.sleep(seconds)
        return True


class ProviderHttp:
    """A thin client: one call, its answer whatever the status, or one of our errors."""

    def __init__(self, session: ProviderSession, base_url: str, *, retry: Retry | None = None) -> None:
        self._session = session
        self.provider = session.provider
        self.base = base_url.rstrip("/")
        self._retry = retry or Retry()

    def call(  # noqa: PLR0913 - one for each part of a request
        self,
        method: str,
        path: str,
        *,
        deadline: Deadline,
        safe_to_repeat: bool = False,
        repeat_on: Collection[int] = REPEATABLE_STATUS,
        params: Mapping[str, str] | None = None,
        json: object = None,
        data: Mapping[str, str] | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        shown: str | None = None,
    ) -> requests.Response:
        """One call to the provider.

        Args:
            safe_to_repeat: a second call cannot do a second thing (a read, or a key that the provider honours);
                then connection failures, 429 and 503 are tried again while the deadline allows.
            repeat_on: other statuses than those two.
            data: form fields, or a body as it is; instead of `json`.
            shown: stands for the path in the log; by default its `path_template`.

        Raises:
            ProviderUnavailable: provably nothing was sent.
            ProviderAmbiguous: the answer was lost on the way.
            ConfigurationError: `provider_credentials`, the provider does not accept our client certificate.
        """
        attempt = 1
        in_doubt = False
        while True:
            try:
                with self._session.within(deadline, shown=shown):
                    response = self._session.request(
                        method, self.base + path, params=params, json=json, data=data, headers=dict(headers or {})
                    )
            except requests.RequestException as error:
                again = safe_to_repeat and isinstance(error, requests.ConnectionError) and not _timed_out(error)
                told = failure(self.provider, error)
                if not (again and self._retry.pause(attempt, deadline)):
                    raise _no_surer(told, self.provider) if in_doubt else told from error
                in_doubt = in_doubt or told.ambiguous
            else:
                again = safe_to_repeat and response.status_code in repeat_on
                if not (again and self._retry.pause(attempt, deadline, retry_after(response.headers) or 0)):
                    return response
                in_doubt = in_doubt or response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
            attempt += 1


def _no_surer(
    told: ProviderUnavailable | ProviderAmbiguous | ConfigurationError, provider: str
) -> ProviderAmbiguous | ConfigurationError:
    """An earlier try of the same call may have acted: that the last one never left proves nothing."""
    if isinstance(told, ProviderUnavailable):
        return ProviderAmbiguous(f"{provider} did not answer the first try in full; whether it acted is not known yet.")
    return told


def failure(provider: str, error: BaseException) -> ProviderUnavailable | ProviderAmbiguous | ConfigurationError:
    """What an error of the transport means: nothing happened, or we cannot know."""
    kind = type(error).__name__
    alert = _alert(error)
    if alert in CERTIFICATE_ALERTS:
        return ConfigurationError(
            f"Nothing was done: {provider} does not accept our client certificate ({alert.lower()}). Put one that it "
            "issued, and that has not expired, with its key into the secret's fields certificate and private_key.",
            code="provider_credentials",
            retryable=True,
        )
    if nothing_was_sent(error):
        return ProviderUnavailable(f"{provider} was not reached ({kind}). Try again shortly.")
    return ProviderAmbiguous(f"{provider} did not answer in full ({kind}); whether it acted is not known yet.")


def nothing_was_sent(error: BaseException) -> bool:
    """Whether the call provably never left: refused, unresolved, untrusted, or out of time before it began."""
    if isinstance(error, requests.ConnectTimeout | HostRefused):
        return True
    reason, inner = _reasons(error)
    if isinstance(reason, NewConnectionError) or isinstance(inner, ssl.SSLCertVerificationError):
        return True
    return _alert(error) in CERTIFICATE_ALERTS | {"HANDSHAKE_FAILURE"}


def retry_after(headers: Mapping[str, str]) -> int | None:
    """Seconds from a Retry-After header; None when there is none, or it is a date (RFC 9110, 10.2.3)."""
    text = headers.get("Retry-After", "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def path_template(path: str) -> str:
    """`/v1/refunds/re_123` as `/v1/refunds/{id}`: what a log line and a metric may show."""
    return "/".join(part if _WORD_SEGMENT.fullmatch(part) else "{id}" for part in path.split("/"))


class _BoundedBody:
    """An answer's body that ends by the deadline even when it drips in, and has a size."""

    def __init__(self, raw: Any, deadline: Deadline) -> None:
        self._raw = raw
        self._deadline = deadline

    def stream(self, _amount: int, decode_content: bool | None = None) -> Iterator[bytes]:
        size = 0
        while chunk := self._raw.read1(CHUNK_BYTES, decode_content=decode_content):
            size += len(chunk)
            if size > MAX_ANSWER_BYTES:
                raise AnswerTooLarge(f"An answer went past {MAX_ANSWER_BYTES} bytes.")
            if self._deadline.remaining() <= 0:
                raise requests.ReadTimeout("The answer was not complete by the deadline.")
            yield chunk

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)


def _reasons(error: BaseException) -> tuple[object, object]:
    """What urllib3 gave as the reason, and what it wraps."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return reason, reason.args[0] if isinstance(reason, BaseException) and reason.args else None


def _alert(error: BaseException) -> str:
    """`UNKNOWN_CA` of TLSV1_ALERT_UNKNOWN_CA, OpenSSL's name of a TLS alert; empty when it is none."""
    _, inner = _reasons(error)
    name = getattr(inner, "reason", None) if isinstance(inner, ssl.SSLError) else None
    return name.rpartition("_ALERT_")[2] if isinstance(name, str) and "_ALERT_" in name else ""


def _timeout(deadline: Deadline, wish: object) -> Timeout:
    total = deadline.remaining()
    if isinstance(wish, int | float):
        total = min(total, wish)
    if total < LEAST_SECONDS:
        raise OutOfTime("No time was left to make this call.")
    return Timeout(total=total, connect=min(CONNECT_SECONDS, total))


def _timed_out(error: requests.RequestException) -> bool:
    return isinstance(error, OutOfTime | requests.ReadTimeout)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError(f"{url[:60]!r} is not a provider's URL; it looks like https://api.example.com.")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"{parts.scheme}://{parts.hostname}:{port}"
