"""`make pix-webhook`: the bank learns the address that the stack has, and no secret is shown on the way."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from commerce.platform.secrets import SecretsManagerSecrets
from local.pix_webhook import command
from local.pix_webhook.command import main, run
from local.pix_webhook.deployed import DeployedPix, NotSetUp, read_stack
from local.sandboxes.kernel.faults import FaultKind
from local.sandboxes.pix_bank.app import PIX_KEY
from tests.infrastructure.stackview import StackView
from tests.unit.payments.bacen.rig import FIELDS, Rig

KEY = "a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718"
URL = "https://abc.lambda-url.sa-east-1.on.aws/"
PARAMETERS = {"PixGateway": "bacen", "PixBank": "efi", "PixApiBase": "profile", "LiveMode": "false"}
OUTPUTS = {"PixWebhookUrl": URL, "PixSecretName": "commerce-dev/pix"}


class Clouds:
    """CloudFormation and Secrets Manager."""

    def __init__(self, secret: str | None = None) -> None:
        self.parameters, self.outputs = dict(PARAMETERS), dict(OUTPUTS)
        self.secret = json.dumps(FIELDS | {"webhook_secret": KEY}) if secret is None else secret
        self.refusal: str | None = None

    def describe_stacks(self, *, StackName: str) -> Any:  # noqa: N803
        if self.refusal is not None:
            raise ClientError({"Error": {"Code": self.refusal, "Message": StackName}}, "DescribeStacks")
        described = {
            "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in self.parameters.items()],
            "Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in self.outputs.items()],
        }
        return {"Stacks": [described]}

    def get_secret_value(self, *, SecretId: str) -> Any:  # noqa: N803
        assert SecretId == "commerce-dev/pix"
        return {"SecretString": self.secret}


def read(clouds: Clouds) -> DeployedPix:
    client: Any = clouds
    return read_stack(client, client, "commerce-dev")


def asked(**options: Any) -> Namespace:
    return Namespace(**{"show": False, "remove": False, "yes": True, "url": None, "mtls": False, **options})


def never(question: str) -> bool:
    raise AssertionError(question)


@pytest.fixture
def rig() -> Rig:
    return Rig()


@pytest.fixture
def pix() -> DeployedPix:
    return read(Clouds())


def test_the_template_has_the_parameters_and_outputs_that_are_read(stack: StackView) -> None:
    assert PARAMETERS.keys() <= stack.template.parameters.keys()
    assert OUTPUTS.keys() <= stack.template.outputs.keys()


def test_the_stacks_address_is_registered_and_shown(
    rig: Rig, pix: DeployedPix, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(pix, rig.client, asked(), never) == 0
    assert rig.box.state.hooks[PIX_KEY].url == f"{URL}{KEY}"
    told = capsys.readouterr().out
    assert "has no webhook" in told
    assert "sends webhooks of the Pix key of commerce-dev/pix to https://abc.lambda-url.sa-east-1.on.aws/…" in told
    assert run(pix, rig.client, asked(yes=False), never) == 0
    assert "nothing to do" in capsys.readouterr().out


@pytest.mark.invariant("AUT-04")
def test_neither_the_secret_nor_the_key_is_shown(
    rig: Rig, pix: DeployedPix, capsys: pytest.CaptureFixture[str]
) -> None:
    run(pix, rig.client, asked(), never)
    run(pix, rig.client, asked(show=True), never)
    shown = "".join(capsys.readouterr()) + repr(pix)
    assert not [value for value in (KEY, PIX_KEY, FIELDS["client_secret"]) if value in shown]


def test_another_address_is_not_replaced_without_a_word(rig: Rig, pix: DeployedPix) -> None:
    rig.box.set_endpoint("https://elsewhere.example/hook")
    questions: list[str] = []

    def refuse(question: str) -> bool:
        questions.append(question)
        return False

    assert run(pix, rig.client, asked(yes=False), refuse) == 2
    assert rig.box.state.hooks[PIX_KEY].url == "https://elsewhere.example/hook"
    assert "instead" in questions[0]
    assert run(pix, rig.client, asked(yes=False), lambda _: True) == 0
    assert rig.box.state.hooks[PIX_KEY].url == f"{URL}{KEY}"


def test_an_address_in_front_of_the_function_keeps_the_secret(rig: Rig, pix: DeployedPix) -> None:
    assert run(pix, rig.client, asked(url="https://pix.store.example", mtls=True), never) == 0
    assert rig.box.state.hooks[PIX_KEY].url == f"https://pix.store.example/{KEY}"
    assert not [sent for sent in rig.sent if "x-skip-mtls-checking" in sent.headers], "Efí shall try its certificate"


def test_what_is_registered_can_be_taken_back(rig: Rig, pix: DeployedPix, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(pix, rig.client, asked(remove=True), never) == 0
    rig.box.set_endpoint("https://elsewhere.example/hook")
    assert run(pix, rig.client, asked(remove=True, yes=False), lambda _: False) == 2
    assert run(pix, rig.client, asked(remove=True), never) == 0
    assert rig.box.state.hooks == {}
    assert "no webhooks any more" in capsys.readouterr().out


def test_a_bank_that_does_not_show_what_it_took_is_told_of(
    rig: Rig, pix: DeployedPix, capsys: pytest.CaptureFixture[str]
) -> None:
    rig.fault(FaultKind.STATUS, method="PUT", status=200, body={})
    assert run(pix, rig.client, asked(), never) == 1
    assert "does not show it" in capsys.readouterr().err


@pytest.mark.parametrize("secret", ["", "REPLACE_ME", "short", "ü" * 40, "with/slash" * 5])
def test_a_secret_that_could_be_guessed_locks_nothing(pix: DeployedPix, secret: str) -> None:
    with pytest.raises(NotSetUp, match="openssl rand"):
        replace(pix, fields={"webhook_secret": secret}).address()


@pytest.mark.parametrize("base", ["http://store.example", "https://store.example?x=1", "store.example"])
def test_banks_call_https_without_a_query(pix: DeployedPix, base: str) -> None:
    with pytest.raises(NotSetUp, match="https"):
        pix.address(base)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda clouds: clouds.parameters.update(PixGateway="mercado_pago"), "mercado_pago"),
        (lambda clouds: clouds.outputs.pop("PixWebhookUrl"), "PixWebhookUrl"),
        (lambda clouds: clouds.parameters.pop("PixBank"), "PixBank"),
        (lambda clouds: setattr(clouds, "refusal", "ValidationError"), "no stack commerce-dev"),
        (lambda clouds: setattr(clouds, "secret", "not json"), "JSON object"),
        (lambda clouds: setattr(clouds, "secret", '{"port": 1}'), "JSON object"),
    ],
)
def test_what_is_missing_is_named(change: Any, told: str) -> None:
    clouds = Clouds()
    change(clouds)
    with pytest.raises(NotSetUp, match=told):
        read(clouds)


def at(monkeypatch: pytest.MonkeyPatch, clouds: Clouds) -> None:
    monkeypatch.setattr("boto3.client", lambda _: clouds)
    for name in ("PIX_BANK", "PIX_API_BASE", "LIVE_MODE"):
        monkeypatch.setenv(name, "to be replaced")


def test_what_the_bank_lacks_of_us_is_told_and_is_no_crash(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at(monkeypatch, Clouds())
    assert main(["--show"]) == 1
    assert "commerce-dev/pix has no certificate" in capsys.readouterr().err


def test_what_aws_refuses_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    clouds = Clouds()
    clouds.refusal = "AccessDenied"
    at(monkeypatch, clouds)
    assert main(["--stack", "commerce-dev"]) == 1
    assert "AWS refused" in capsys.readouterr().err
    clouds.refusal = "ValidationError"
    assert main([]) == 1
    assert "There is no stack" in capsys.readouterr().err


def test_nobody_to_ask_changes_nothing(rig: Rig, pix: DeployedPix, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(pix, rig.client, asked(yes=False), command._ask) == 2
    assert rig.box.state.hooks == {}
    assert "Nobody to ask" in capsys.readouterr().err


def test_the_secret_is_the_one_that_the_functions_read() -> None:
    client: Any = Clouds()
    fields = SecretsManagerSecrets(client=client).get("commerce-dev/pix")
    assert dict(fields) == dict(read(Clouds()).fields)
