"""The key that signs webhooks and the X.509 chain that vouches for it: root -> intermediate -> leaf, as PayPal's.

They are made once per process. A receiver trusts `root_pem()` in place of a public authority; the leaf and the
intermediate are what the certificate's URL serves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

COMMON_NAME = "messageverificationcerts.sandbox.paypal.com"
CERTIFICATE_ID = "CERT-5A4D0B0C-SANDB0X1"
_ISSUED = datetime(2020, 1, 1, tzinfo=UTC)
_EXPIRES = datetime(2049, 12, 31, tzinfo=UTC)
_KEY_BITS = 2048


@dataclass(frozen=True, slots=True)
class Identity:
    """A leaf certificate, those above it up to the intermediate, and the leaf's key."""

    key: rsa.RSAPrivateKey
    leaf: x509.Certificate
    above: tuple[x509.Certificate, ...]

    def chain_pem(self) -> bytes:
        """Leaf first, without the root."""
        return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in (self.leaf, *self.above))


@dataclass(frozen=True, slots=True)
class Authority:
    """Issues leaves."""

    root: x509.Certificate
    intermediate: x509.Certificate
    key: rsa.RSAPrivateKey

    def issue(
        self,
        common_name: str = COMMON_NAME,
        *,
        issued: datetime = _ISSUED,
        expires: datetime = _EXPIRES,
        key: rsa.RSAPrivateKey | None = None,
    ) -> Identity:
        """A leaf for `common_name`; other names and dates are for tests of what a receiver must refuse."""
        key = key or _new_key()
        names = x509.SubjectAlternativeName([x509.DNSName(common_name)])
        builder = _builder(_name(common_name), self.intermediate.subject, key, issued, expires)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(names, critical=False)
        builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
        builder = builder.add_extension(usage, critical=False)
        builder = builder.add_extension(_issuer_key(self.key), critical=False)
        return Identity(key, builder.sign(self.key, hashes.SHA256()), (self.intermediate,))


def new_authority() -> Authority:
    """A root and an intermediate that nobody has seen before."""
    root_key, key = _new_key(), _new_key()
    root_name = _name("PayPal Sandbox Root CA")
    root = _authority(_builder(root_name, root_name, root_key, _ISSUED, _EXPIRES), 1).sign(root_key, hashes.SHA256())
    middle = _authority(_builder(_name("PayPal Sandbox Intermediate CA"), root_name, key, _ISSUED, _EXPIRES), 0)
    middle = middle.add_extension(_issuer_key(root_key), critical=False)
    return Authority(root, middle.sign(root_key, hashes.SHA256()), key)


@cache
def authority() -> Authority:
    """The process's own."""
    return new_authority()


@cache
def identity() -> Identity:
    """Signs the webhooks of every PayPal sandbox in this process."""
    return authority().issue()


def root_pem() -> str:
    """What a receiver has to trust."""
    return authority().root.public_bytes(Encoding.PEM).decode()


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "US"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "PayPal Sandbox"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, issued: datetime, expires: datetime
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(issued).not_valid_after(expires)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _authority(builder: x509.CertificateBuilder, path_length: int) -> x509.CertificateBuilder:
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
    return builder.add_extension(_usage(signs_certificates=True), critical=True)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _issuer_key(key: rsa.RSAPrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
