"""The secret in the path is the door."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime

import pytest

from commerce.payments.gateways.bacen.signature import PathSecret, webhook_secrets
from commerce.platform.errors import Unauthorized
from commerce.platform.webhooks import WebhookCall

SECRET, PREVIOUS = "s3cr3t-of-the-path", "an-older-secret"
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def verify(path: str, *secrets: str) -> None:
    PathSecret(lambda: secrets or (SECRET, PREVIOUS)).verify(WebhookCall(b"{}", {}, path=path), NOW)


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize("secret", [SECRET, PREVIOUS])
@pytest.mark.parametrize("suffix", ["", "/", "/pix", "/pix/"])
def test_every_active_secret_opens_with_and_without_the_banks_suffix(secret: str, suffix: str) -> None:
    verify(f"/{secret}{suffix}")


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("", "signature_missing"),
        ("/", "signature_missing"),
        ("//", "signature_missing"),
        ("/pix", "signature_invalid"),
        ("/guess", "signature_invalid"),
        ("/guess/pix", "signature_invalid"),
        (f"/{SECRET[:-1]}", "signature_invalid"),
        (f"/{SECRET}x", "signature_invalid"),
        (f"/{SECRET.upper()}", "signature_invalid"),
        (f"/pix/{SECRET}", "signature_invalid"),
        (f"/{SECRET}/rec", "signature_invalid"),
        (f"/{SECRET}/pix/pix", "signature_invalid"),
        (f"/{SECRET}//pix", "signature_invalid"),
        ("/\udcff", "signature_invalid"),
    ],
)
def test_everything_else_is_refused(path: str, code: str) -> None:
    with pytest.raises(Unauthorized) as refusal:
        verify(path)
    assert refusal.value.code == code
    assert SECRET not in refusal.value.message


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize("secrets", [("",), ("", ""), ("REPLACE_ME", "")])
@pytest.mark.parametrize("path", ["/guess", "/REPLACE_ME", "/REPLACE_ME/pix"])
def test_without_a_secret_everybody_is_refused(secrets: tuple[str, ...], path: str) -> None:
    with pytest.raises(Unauthorized) as refusal:
        verify(path, *secrets)
    assert refusal.value.code == "webhook_unconfigured"
    assert "PIX_SECRET_NAME" not in refusal.value.message


@pytest.mark.invariant("PAY-12")
def test_every_secret_is_compared_in_constant_time_at_equal_length(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[int, int]] = []
    original = hmac.compare_digest

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((len(one), len(other)))
        return original(one, other)

    monkeypatch.setattr(hmac, "compare_digest", compare)
    with pytest.raises(Unauthorized):
        verify("/short")
    assert compared == [(32, 32), (32, 32)]


@pytest.mark.invariant("AUT-06")
def test_both_secrets_of_a_rotation_are_read() -> None:
    assert webhook_secrets({"webhook_secret": "new", "webhook_secret_previous": "old"}) == ("new", "old")
    assert webhook_secrets({}) == ("", "")
