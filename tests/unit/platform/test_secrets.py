"""Secrets: read once, kept five minutes, never told."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from aws_lambda_powertools.utilities.parameters import base as parameters
from botocore.exceptions import ClientError

from commerce.platform.errors import ConfigurationError
from commerce.platform.secrets import SecretsManagerSecrets, StaticSecrets, secret_field

KEY = "sk_test_51abcdefgh"


class FakeClient:
    """Secrets Manager with one secret."""

    def __init__(self, answer: Callable[[], dict[str, Any]]) -> None:
        self.answer = answer
        self.calls = 0
        self.meta = type("Meta", (), {"events": type("Events", (), {"register_last": lambda *_: None})()})()

    def get_secret_value(self, **_arguments: str) -> dict[str, Any]:
        self.calls += 1
        return self.answer()


def secrets_of(text: str) -> tuple[SecretsManagerSecrets, FakeClient]:
    client = FakeClient(lambda: {"SecretString": text})
    return SecretsManagerSecrets(client=cast("Any", client)), client


@pytest.mark.invariant("AUT-06")
def test_one_call_for_a_container_until_five_minutes_are_over(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 11, 1)  # noqa: DTZ001 - Powertools compares naive local times

    class Clock(datetime):
        @classmethod
        def now(cls, _tz: Any = None) -> Any:
            return now

    monkeypatch.setattr(parameters, "datetime", Clock)
    secrets, client = secrets_of(json.dumps({"api_key": KEY}))
    assert [secrets.get("store-stripe") for _ in range(3)] == [{"api_key": KEY}] * 3
    assert client.calls == 1
    now += timedelta(seconds=299)
    secrets.get("store-stripe")
    assert client.calls == 1
    now += timedelta(seconds=2)
    secrets.get("store-stripe")
    assert client.calls == 2


@pytest.mark.invariant("AUT-06")
def test_what_was_refused_is_read_anew_once() -> None:
    secrets, client = secrets_of(json.dumps({"api_key": KEY}))
    secrets.get("store-stripe")
    secrets.forget("store-other")
    secrets.get("store-stripe")
    assert client.calls == 1
    secrets.forget("store-stripe")
    assert [secrets.get("store-stripe") for _ in range(2)] == [{"api_key": KEY}] * 2
    assert client.calls == 2


def test_what_was_refused_is_not_used_again_while_it_cannot_be_read() -> None:
    secrets, client = secrets_of(json.dumps({"api_key": KEY}))
    secrets.get("store-stripe")
    secrets.forget("store-stripe")
    readable, client.answer = client.answer, _refuse
    for _ in range(2):
        with pytest.raises(ConfigurationError):
            secrets.get("store-stripe")
    client.answer = readable
    assert secrets.get("store-stripe") == {"api_key": KEY}


@pytest.mark.parametrize("text", ["", "not json", "[]", '"text"', '{"api_key": 1}', "{" + KEY])
@pytest.mark.invariant("AUT-04")
def test_a_secret_of_the_wrong_shape_is_not_told(text: str) -> None:
    secrets, _ = secrets_of(text)
    with pytest.raises(ConfigurationError) as wrong:
        secrets.get("store-stripe")
    assert wrong.value.code == "missing_secret"
    assert "put-secret-value --secret-id store-stripe" in wrong.value.message
    assert KEY not in wrong.value.message


def _refuse() -> dict[str, Any]:
    raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": ""}}, "GetSecretValue")


def test_a_secret_that_cannot_be_read() -> None:
    with pytest.raises(ConfigurationError) as missing:
        SecretsManagerSecrets(client=cast("Any", FakeClient(_refuse))).get("store-stripe")
    assert missing.value.details == {"secret": "store-stripe"}
    assert "aws secretsmanager put-secret-value" in missing.value.message


@pytest.mark.parametrize("fields", [{}, {"webhook_secret": ""}, {"webhook_secret": "REPLACE_ME"}])
def test_a_missing_field_says_where_to_get_it_and_which_command_sets_it(fields: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError) as missing:
        secret_field({"api_key": KEY, **fields}, "store/stripe", "webhook_secret")
    assert missing.value.details == {"secret": "store/stripe", "field": "webhook_secret"}
    assert "https://dashboard.stripe.com/webhooks" in missing.value.message
    command = 'put-secret-value --secret-id store/stripe --secret-string \'{"api_key": "…", "webhook_secret": "…"}\''
    assert command in missing.value.message
    assert KEY not in missing.value.message


def test_a_field() -> None:
    assert secret_field({"api_key": KEY}, "store-stripe", "api_key") == KEY


def test_static_secrets() -> None:
    secrets = StaticSecrets({"store-stripe": {"api_key": KEY}})
    assert secrets.get("store-stripe")["api_key"] == KEY
    secrets.forget("store-stripe")
    assert secrets.get("store-stripe")["api_key"] == KEY
    with pytest.raises(ConfigurationError):
        secrets.get("other")
