"""Mutual TLS: our certificate shown to the provider, and, where it has one of its own, its authority trusted."""

from __future__ import annotations

import os
import ssl
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from requests.adapters import DEFAULT_CA_BUNDLE_PATH, HTTPAdapter

from commerce.platform.errors import ConfigurationError

CERTIFICATE, PRIVATE_KEY, SERVER_CA = "certificate", "private_key", "server_ca"
"""The fields of a provider's secret that hold PEM."""


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """What a provider knows us by.

    Attributes:
        certificate_pem: our certificate, followed by its chain if there is one.
        private_key_pem: its key, not encrypted.
        secret_name: where both came from; told in errors, so that a person knows what to set right.
    """

    certificate_pem: str = field(repr=False)
    private_key_pem: str = field(repr=False)
    secret_name: str = ""


def tls_context(
    provider: str, client_certificate: ClientCertificate | None = None, server_ca: str | None = None
) -> ssl.SSLContext:
    """TLS 1.2 or newer, with the server verified.

    Args:
        server_ca: PEM of the only authorities that may vouch for the server; None for the public ones.

    Raises:
        ConfigurationError: `wrong_certificate`; names the secret and its field, and shows nothing of it.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # a bank hands out its issuing authority, not always the root
    secret = f"{provider}'s secret"
    if client_certificate is not None and client_certificate.secret_name:
        secret = f"the secret {client_certificate.secret_name}"
    if server_ca is None:
        context.load_verify_locations(cafile=DEFAULT_CA_BUNDLE_PATH)
    else:
        _trust(context, _unfolded(server_ca), SERVER_CA, secret)
    if client_certificate is not None:
        _show(context, client_certificate, secret)
    return context


class TlsAdapter(HTTPAdapter):
    """Connections under one context, which alone decides whom to trust and what to show."""

    def __init__(self, context: ssl.SSLContext, pool_size: int) -> None:
        self._context = context
        super().__init__(pool_connections=1, pool_maxsize=pool_size, max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options, ssl_context=self._context)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Leave out what `requests` does here: it would add the public authorities to those of the context."""


def _show(context: ssl.SSLContext, client: ClientCertificate, secret: str) -> None:
    certificate, key = _unfolded(client.certificate_pem), _unfolded(client.private_key_pem)
    _trust(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), certificate, CERTIFICATE, secret)
    if "PRIVATE KEY-----" not in key:
        raise _unusable(PRIVATE_KEY, secret, "holds no key: it begins with -----BEGIN PRIVATE KEY-----")
    if "ENCRYPTED" in key:
        raise _unusable(
            PRIVATE_KEY, secret, "is encrypted. Take its password off with `openssl pkey -in key.pem -out plain.pem`"
        )
    try:
        _load(context, certificate, key)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise _unusable(PRIVATE_KEY, secret, f"is not the key of the one in {CERTIFICATE}") from None
        raise _unusable(PRIVATE_KEY, secret, "cannot be read as a private key") from None


def _trust(context: ssl.SSLContext, pem: str, field_name: str, secret: str) -> None:
    try:
        context.load_verify_locations(cadata=pem.encode("ascii", "replace").decode())
        found = "-----BEGIN CERTIFICATE-----" in pem  # of other kinds of PEM OpenSSL takes none, and says nothing
    except (ssl.SSLError, ValueError):
        found = False
    if not found:
        raise _unusable(field_name, secret, "holds no certificate in PEM") from None


def _load(context: ssl.SSLContext, certificate: str, key: str) -> None:
    # OpenSSL reads a key from a file only: one that nobody else can open, and that is gone again at once.
    with tempfile.TemporaryDirectory(prefix="tls-") as folder:
        path = Path(folder, "client.pem")
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{key.strip()}\n{certificate.strip()}\n")
        # A password that opens nothing: without one, OpenSSL would ask for it at the terminal and wait.
        context.load_cert_chain(path, password="")


def _unfolded(pem: str) -> str:
    # A PEM that was typed into a secret's JSON often has its line ends as the two characters \ and n.
    return pem.replace("\\n", "\n")


def _unusable(field_name: str, secret: str, problem: str) -> ConfigurationError:
    return ConfigurationError(
        f"The field {field_name} of {secret} {problem}. Put the PEM text there as the provider gave it to you, its "
        "lines joined by \\n (`jq -Rs . < file.pem` writes it so), with `aws secretsmanager put-secret-value`.",
        code="wrong_certificate",
        details={"field": field_name},
    )
