"""A `.env` switches providers to their real test mode, and never to live mode (AUT-05)."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.stack.env_file import read_env_file
from local.stack.errors import StackError


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


@pytest.mark.invariant("AUT-05")
@pytest.mark.parametrize(
    "key", ["STRIPE_API_KEY=sk_live_1", "STRIPE_API_KEY=rk_live_1", "STRIPE_PUBLISHABLE_KEY=pk_live_1"]
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
        ("nonsense", "line 1"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(StackError, match=named):
        read_env_file(write(tmp_path, text))


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="There is no file"):
        read_env_file(tmp_path / "nothing")
