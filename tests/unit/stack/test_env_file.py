"""A `.env` switches providers to their real test mode, and never to live mode (AUT-05)."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.build.blueprint import sample_template
from local.stack.env_file import _NEEDED, _PARAMETERS, _SECRETS, read_env_file
from local.stack.errors import StackError
from local.stack.providers import all_sandboxes


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / ".env"
    path.write_text(text, encoding="utf-8")
    return path


def test_keys_become_fields_of_secrets(tmp_path: Path) -> None:
    lines = [
        "# mine",
        "export STRIPE_API_KEY=sk_test_1",
        "STRIPE_PUBLISHABLE_KEY='pk_test_1'",
        "STRIPE_WEBHOOK_SECRET=",
    ]
    real = read_env_file(write(tmp_path, "\n".join([*lines, "", "OTHER=x"])))
    assert real.names == {"stripe"}
    assert real.secrets == {"StripeSecret": {"api_key": "sk_test_1", "publishable_key": "pk_test_1"}}
    assert real.parameters == {}


def test_the_sender_becomes_a_parameter(tmp_path: Path) -> None:
    real = read_env_file(write(tmp_path, "SENDGRID_API_KEY=SG.x\nMAIL_FROM_ADDRESS=me@store.example\n"))
    assert real.names == {"sendgrid"}
    assert real.parameters == {"MailFromAddress": "me@store.example"}


def test_a_banks_certificate_is_read_from_the_file_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "bank.pem").write_text("of the bank\n", encoding="utf-8")
    keys = "PIX_CLIENT_ID=id\nPIX_CLIENT_SECRET=secret\nPIX_KEY=key\nPIX_BANK=bb\nPIX_CERTIFICATE_FILE=bank.pem\n"
    real = read_env_file(write(tmp_path, keys))
    assert real.names == {"pix_bank"}
    assert real.secrets["PixSecret"] == {
        "client_id": "id",
        "client_secret": "secret",
        "pix_key": "key",
        "certificate": "of the bank\n",
    }
    assert real.parameters == {"PixBank": "bb"}
    (tmp_path / "bank.pem").unlink()
    with pytest.raises(StackError, match=r"PIX_CERTIFICATE_FILE names .*bank\.pem, which is not there"):
        read_env_file(tmp_path / ".env")


def test_the_store_chooses_who_carries_its_pix_and_boletos(tmp_path: Path) -> None:
    real = read_env_file(write(tmp_path, "PIX_GATEWAY=mercado_pago\nBOLETO_GATEWAY=stripe\n"))
    assert real.names == set()
    assert real.parameters == {"PixGateway": "mercado_pago", "BoletoGateway": "stripe"}


def test_every_name_leads_to_a_plug_and_to_what_the_template_has() -> None:
    plugs = {plug.name for plug in all_sandboxes(mail_folder=None)}
    template = sample_template()
    for provider, secret, _ in _SECRETS.values():
        assert provider in plugs
        assert template.resources[secret]["Type"] == "AWS::SecretsManager::Secret"
    assert set(_NEEDED) == {provider for provider, _, _ in _SECRETS.values()}
    assert set(_PARAMETERS.values()) <= set(template.parameters)


@pytest.mark.invariant("AUT-05")
@pytest.mark.parametrize(
    "key",
    [
        "STRIPE_API_KEY=sk_live_1",
        "STRIPE_API_KEY=rk_live_1",
        "STRIPE_PUBLISHABLE_KEY=pk_live_1",
        "MERCADO_PAGO_ACCESS_TOKEN=APP_USR-1",
    ],
)
def test_a_live_key_is_refused_without_being_shown(tmp_path: Path, key: str) -> None:
    with pytest.raises(StackError) as refusal:
        read_env_file(write(tmp_path, key))
    name, _, value = key.partition("=")
    assert name in refusal.value.message
    assert value not in refusal.value.message


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("STRIPE_API_KEY=sk_test_1", "STRIPE_PUBLISHABLE_KEY"),
        ("SENDGRID_API_KEY=SG.x", "MAIL_FROM_ADDRESS"),
        ("PAYPAL_CLIENT_ID=x", "PAYPAL_CLIENT_SECRET"),
        ("PIX_CLIENT_ID=x", "PIX_CLIENT_SECRET, PIX_KEY"),
        ("MERCADO_PAGO_WEBHOOK_SECRET=x", "MERCADO_PAGO_ACCESS_TOKEN"),
        ("BRAZIL_PAYMENTS_API_KEY=x", "BRAZIL_PAYMENTS_API_BASE, BRAZIL_PAYMENTS_MERCHANT_ID"),
        ("nonsense", "line 1"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(StackError, match=named):
        read_env_file(write(tmp_path, text))


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="There is no file"):
        read_env_file(tmp_path / "nothing")
