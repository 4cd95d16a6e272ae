from __future__ import annotations

import pytest

from commerce.payments.gateways.bacen.profiles import PROFILES
from commerce.payments.gateways.bacen.settings import chosen_bank
from commerce.platform.errors import ConfigurationError

EFI = PROFILES["efi"]


@pytest.fixture(autouse=True)
def deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("PIX_BANK", "efi"), ("PIX_API_BASE", "profile"), ("LIVE_MODE", "false")):
        monkeypatch.setenv(name, value)


@pytest.mark.invariant("AUT-05")
@pytest.mark.parametrize(("live", "addresses"), [("true", EFI.live), ("false", EFI.test)])
def test_the_mode_chooses_between_the_banks_own_addresses(
    monkeypatch: pytest.MonkeyPatch, live: str, addresses: object
) -> None:
    monkeypatch.setenv("LIVE_MODE", live)
    bank = chosen_bank()
    assert (bank.addresses, bank.stand_in) == (addresses, False)


def test_a_stand_in_serves_the_api_under_the_banks_path_and_tokens_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIX_API_BASE", "http://127.0.0.1:4000/")
    monkeypatch.setenv("PIX_BANK", "sicoob")
    bank = chosen_bank()
    assert bank.stand_in
    assert bank.addresses.api == "http://127.0.0.1:4000/pix/api/v2"
    assert bank.addresses.token == "http://127.0.0.1:4000/oauth/token"


@pytest.mark.invariant("AUT-05")
@pytest.mark.parametrize(
    ("name", "value", "live", "told"),
    [
        ("PIX_BANK", "nubank", "false", "efi"),
        ("PIX_API_BASE", "https://elsewhere.example", "true", 'must be "profile"'),
        ("PIX_API_BASE", "https://pix.api.efipay.com.br", "true", 'must be "profile"'),
        ("PIX_API_BASE", "https://pix.api.efipay.com.br", "false", "real money"),
        ("PIX_API_BASE", "http://elsewhere.example", "false", "https"),
        ("PIX_API_BASE", "ftp://elsewhere.example", "false", "https"),
    ],
)
def test_a_wrong_setting_says_what_is_right(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, live: str, told: str
) -> None:
    monkeypatch.setenv("LIVE_MODE", live)
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as error:
        chosen_bank()
    assert (error.value.code, error.value.details["setting"]) == ("wrong_setting", name)
    assert told in error.value.message
