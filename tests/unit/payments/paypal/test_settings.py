"""Where PayPal is and who we are there: a value of the wrong mode refuses to start."""

from __future__ import annotations

import pytest

from commerce.payments.gateways.paypal.settings import api_base, pages, webhook_ids, webhook_root_ca
from commerce.platform.errors import ConfigurationError

LIVE, SANDBOX = "https://api-m.paypal.com", "https://api-m.sandbox.paypal.com"


def live(monkeypatch: pytest.MonkeyPatch, value: bool) -> None:
    monkeypatch.setenv("LIVE_MODE", "true" if value else "false")


@pytest.mark.invariant("AUT-05")
@pytest.mark.parametrize(
    ("live_mode", "base", "starts"),
    [
        (True, LIVE, True),
        (True, "https://api.paypal.com", True),
        (True, SANDBOX, False),
        (True, "http://127.0.0.1:9000", False),
        (False, SANDBOX, True),
        (False, "http://127.0.0.1:9000", True),
        (False, LIVE, False),
        (False, "https://api.paypal.com/", False),
    ],
)
def test_the_host_fits_the_mode(monkeypatch: pytest.MonkeyPatch, live_mode: bool, base: str, starts: bool) -> None:
    live(monkeypatch, live_mode)
    monkeypatch.setenv("PAYPAL_API_BASE", base)
    if starts:
        assert api_base() == base
    else:
        with pytest.raises(ConfigurationError) as error:
            api_base()
        assert error.value.code == "wrong_setting"


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("https://store.example/done?a=1", True),
        ("http://localhost:3000/done", True),
        ("http://store.example/done", False),
        ("javascript:alert(1)", False),
        ("/done", False),
    ],
)
def test_the_buyer_comes_back_over_https(monkeypatch: pytest.MonkeyPatch, url: str, fits: bool) -> None:
    live(monkeypatch, False)
    monkeypatch.setenv("PAYPAL_RETURN_URL", "https://store.example/done")
    monkeypatch.setenv("PAYPAL_CANCEL_URL", url)
    if fits:
        assert pages().cancel_url == url
    else:
        with pytest.raises(ConfigurationError, match="PAYPAL_CANCEL_URL"):
            pages()


def test_with_real_money_nobody_comes_back_to_a_laptop(monkeypatch: pytest.MonkeyPatch) -> None:
    live(monkeypatch, True)
    monkeypatch.setenv("PAYPAL_RETURN_URL", "http://localhost:3000/done")
    monkeypatch.setenv("PAYPAL_CANCEL_URL", "https://store.example/cart")
    with pytest.raises(ConfigurationError):
        pages()


@pytest.mark.invariant("PAY-12")
def test_an_authority_of_one_s_own_is_for_tests_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = {"webhook_root_ca": "-----BEGIN CERTIFICATE-----"}
    live(monkeypatch, False)
    assert webhook_root_ca(fields) == "-----BEGIN CERTIFICATE-----"
    assert webhook_root_ca({}) == ""
    live(monkeypatch, True)
    assert webhook_root_ca({}) == ""
    with pytest.raises(ConfigurationError) as error:
        webhook_root_ca(fields)
    assert error.value.code == "wrong_secret"


def test_both_ids_are_taken_while_one_webhook_replaces_another() -> None:
    assert webhook_ids({"webhook_id": "WH1", "webhook_id_previous": "WH0"}) == ("WH1", "WH0")
    assert webhook_ids({}) == ("", "")
