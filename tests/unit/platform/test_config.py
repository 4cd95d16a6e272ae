"""Settings: what is missing says what to do; secrets go to known hosts only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from commerce.platform import config
from commerce.platform.errors import ConfigurationError

ROOT = Path(__file__).resolve().parents[3]
READ = re.compile(r"\b(?:setting|base_url)\(\s*\"([A-Z_]+)\"")
HOSTS = ("api.stripe.com",)


def test_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_SECRET_NAME", " store-stripe ")
    assert config.setting("STRIPE_SECRET_NAME") == "store-stripe"


@pytest.mark.parametrize("name", sorted(config.HINTS))
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_setting_says_which_what_and_how(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str | None
) -> None:
    monkeypatch.delenv(name, raising=False)
    if value is not None:
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as missing:
        config.setting(name)
    assert missing.value.code == "missing_setting"
    assert missing.value.message.startswith(f"{name} is not set. It is ")
    assert "sam deploy" in missing.value.message


@pytest.mark.invariant("AUT-05")
@pytest.mark.parametrize("value", ["yes", "1", "live"])
def test_live_mode_is_true_or_false_and_nothing_else(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("LIVE_MODE", value)
    with pytest.raises(ConfigurationError) as wrong:
        config.live_mode()
    assert wrong.value.code == "wrong_setting"


@pytest.mark.parametrize(("value", "live"), [("true", True), ("TRUE", True), ("false", False)])
def test_live_mode(monkeypatch: pytest.MonkeyPatch, value: str, live: bool) -> None:
    monkeypatch.setenv("LIVE_MODE", value)
    assert config.live_mode() is live


@pytest.mark.invariant("AUT-05")
@pytest.mark.parametrize(
    ("live", "url"),
    [
        ("true", "https://api.stripe.com"),
        ("true", "https://api.stripe.com:443/"),
        ("false", "https://api.stripe.com"),
        ("false", "https://sandbox.example/stripe"),
        ("false", "http://127.0.0.1:4010"),
        ("false", "http://localhost:4010"),
        ("false", "http://[::1]:4010"),
    ],
)
def test_a_base_url_that_may_be_used(monkeypatch: pytest.MonkeyPatch, live: str, url: str) -> None:
    monkeypatch.setenv("LIVE_MODE", live)
    monkeypatch.setenv("STRIPE_API_BASE", url)
    assert config.base_url("STRIPE_API_BASE", official_hosts=HOSTS) == url.rstrip("/")


@pytest.mark.invariant("AUT-05")
@pytest.mark.parametrize(
    ("live", "url"),
    [
        ("true", "http://api.stripe.com"),
        ("true", "https://api.stripe.com.evil.example"),
        ("true", "https://api.stripe.com:8443"),
        ("true", "https://evil.example/api.stripe.com"),
        ("true", "http://127.0.0.1:4010"),
        ("true", "https://api.stripe.com@evil.example"),
        ("false", "http://evil.example"),
        ("false", "http://localhost.evil.example"),
        ("false", "https://key:secret@api.stripe.com"),
        ("false", "https://api.stripe.com?to=evil"),
        ("false", "api.stripe.com"),
        ("false", "file:///etc/passwd"),
    ],
)
def test_a_base_url_that_secrets_must_not_go_to(monkeypatch: pytest.MonkeyPatch, live: str, url: str) -> None:
    monkeypatch.setenv("LIVE_MODE", live)
    monkeypatch.setenv("STRIPE_API_BASE", url)
    with pytest.raises(ConfigurationError) as wrong:
        config.base_url("STRIPE_API_BASE", official_hosts=HOSTS)
    assert wrong.value.code == "wrong_setting"
    assert "STRIPE_API_BASE" in wrong.value.message
    assert "secret@" not in wrong.value.message


def test_every_setting_that_is_read_has_its_hint() -> None:
    sources = [path for folder in ("functions", "layers") for path in (ROOT / folder).rglob("*.py")]
    read = {name for path in sources for name in READ.findall(path.read_text(encoding="utf-8"))}
    assert read
    assert read <= set(config.HINTS)
