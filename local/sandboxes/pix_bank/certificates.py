"""The certificates of a bank's Pix API: the bank's authority, its server, and the client that it let in.

Banks issue the client certificate of a receiver themselves and take no connection without it (BCB, "Manual de Padrões
para Iniciação do Pix", security). These are made anew in every process and are worth nothing outside it.
"""

from __future__ import annotations

import ipaddress
import ssl
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from commerce.platform.clock import SystemClock

_VALID = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Credentials:
    """PEM texts. `ca` signed both certificates; `server_context` asks every client for one that it signed."""

    ca: str
    client_certificate: str
    client_key: str
    server_certificate: str
    server_key: str

    @property
    def server_context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=self.ca)
        context.verify_mode = ssl.CERT_REQUIRED
        _load(context, self.server_certificate, self.server_key)
        return context

    @property
    def client_context(self) -> ssl.SSLContext:
        """For a client that may enter: knows the bank's authority and shows its own certificate."""
        context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cadata=self.ca)
        _load(context, self.client_certificate, self.client_key)
        return context

    def save(self, folder: Path) -> Path:
        """Write `ca.pem`, `client.pem` and `client-key.pem`, as curl and requests want them; the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "ca.pem").write_text(self.ca)
        (folder / "client.pem").write_text(self.client_certificate)
        key = folder / "client-key.pem"
        key.touch(mode=0o600)
        key.write_text(self.client_key)
        return folder


@cache
def credentials() -> Credentials:
    """The bank's credentials, the same for the whole process."""
    return make_credentials()


def make_credentials() -> Credentials:
    """A new authority with a server certificate for 127.0.0.1 and localhost, and a client certificate."""
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = _authority(authority_key)
    server_key, client_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    names = x509.SubjectAlternativeName(
        [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))],
    )
    server = _leaf("localhost", ExtendedKeyUsageOID.SERVER_AUTH, server_key, authority, authority_key, names)
    client = _leaf("pix_sandbox_client", ExtendedKeyUsageOID.CLIENT_AUTH, client_key, authority, authority_key)
    return Credentials(_pem(authority), _pem(client), _pem_key(client_key), _pem(server), _pem_key(server_key))


def _authority(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = _name("Pix sandbox authority")
    usage = x509.KeyUsage(
        digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    return (
        _builder(name, name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _leaf(
    name: str,
    usage: x509.ObjectIdentifier,
    key: ec.EllipticCurvePrivateKey,
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    names: x509.SubjectAlternativeName | None = None,
) -> x509.Certificate:
    builder = (
        _builder(_name(name), authority.subject, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()),
            critical=False,
        )
    )
    if names is not None:
        builder = builder.add_extension(names, critical=False)
    return builder.sign(authority_key, hashes.SHA256())


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = SystemClock().now()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _VALID)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _pem_key(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _load(context: ssl.SSLContext, certificate: str, key: str) -> None:
    """`ssl` reads certificates from files only; this one is gone at once."""
    with tempfile.TemporaryDirectory() as folder:
        chain = Path(folder) / "chain.pem"
        chain.touch(mode=0o600)
        chain.write_text(certificate + key)
        context.load_cert_chain(chain)
