"""The SDK's HTTP client with its traps closed (python_http_client 3.3, on urllib).

As it comes it has no timeout, follows a redirect with the API key in its headers, logs headers and bodies at DEBUG, and
raises the same error whether or not the request had left. Here a failure to connect, TLS included, is told apart:
only then is it proven that SendGrid has seen nothing.
"""

from __future__ import annotations

import http.client
import logging
import ssl
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import python_http_client

from commerce.platform.errors import ProviderUnavailable

logging.getLogger("python_http_client").setLevel(logging.WARNING)


@contextmanager
def _nothing_sent() -> Iterator[None]:
    try:
        yield
    except (OSError, http.client.HTTPException) as error:
        raise ProviderUnavailable(
            f"SendGrid could not be reached ({type(error).__name__}): nothing was sent, it is tried again.",
            code="sendgrid_unreachable",
        ) from error


class _PlainConnection(http.client.HTTPConnection):
    def connect(self) -> None:
        with _nothing_sent():
            super().connect()


class _TlsConnection(http.client.HTTPSConnection):
    def connect(self) -> None:
        with _nothing_sent():
            super().connect()


class _PlainHandler(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_PlainConnection, req)


class _TlsHandler(urllib.request.HTTPSHandler):
    def __init__(self) -> None:
        self._tls = ssl.create_default_context()
        super().__init__(context=self._tls)

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_TlsConnection, req, context=self._tls)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """An answer of 3xx becomes an error of its own: the key goes to no other host."""


class Transport(python_http_client.Client):  # type: ignore[misc]  # the SDK is untyped
    """What `SendGridAPIClient.client` is replaced with."""

    opener = urllib.request.build_opener(_PlainHandler, _TlsHandler, _NoRedirect)

    def _build_client(self, name: str | None = None) -> Transport:
        return type(self)(
            host=self.host,
            version=self._version,
            request_headers=self.request_headers,
            url_path=[*self._url_path, name] if name else self._url_path,
            timeout=self.timeout,
        )

    def _make_request(self, opener: object, request: urllib.request.Request, timeout: float | None = None) -> Any:
        del opener
        return super()._make_request(self.opener, request, timeout)
