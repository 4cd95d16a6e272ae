"""Parameters: understood by a person, checked before anything is created, and safe when money is real."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
import yaml

from local.build.artifacts import ROOT
from local.stack.errors import TemplateError
from tests.infrastructure.stackview import StackView

CLOSED = {"AllowedValues", "AllowedPattern", "MinValue"}


@pytest.fixture(scope="module")
def declared() -> dict[str, dict[str, Any]]:
    class Loader(yaml.SafeLoader):
        """Knows the tags of CloudFormation as far as it can skip them."""

    Loader.add_multi_constructor("!", lambda _loader, _suffix, _node: None)
    # The loader above is a safe one.
    document = yaml.load((ROOT / "template.yaml").read_text(encoding="utf-8"), Loader=Loader)
    parameters: dict[str, dict[str, Any]] = document["Parameters"]
    return parameters


def test_every_parameter_is_described_and_bounded(declared: dict[str, dict[str, Any]]) -> None:
    for name, parameter in declared.items():
        assert len(parameter["Description"]) > 30, name
        assert set(parameter) & CLOSED, name
        assert ("AllowedPattern" in parameter) == ("ConstraintDescription" in parameter), name


def test_what_has_no_default_cannot_be_guessed(declared: dict[str, dict[str, Any]]) -> None:
    without = {name for name, parameter in declared.items() if "Default" not in parameter}
    assert without == {"JwtIssuer", "MailFromAddress", "ReleaseHash"}


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_samconfig_deploys_with_parameters_that_exist(stage: str, declared: dict[str, dict[str, Any]]) -> None:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    deploy = config[stage]["deploy"]["parameters"]
    given = dict(pair.split("=", 1) for pair in deploy["parameter_overrides"])
    assert given["Stage"] == stage
    assert set(given) <= set(declared) - {"ReleaseHash"}
    StackView.of(**given)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Stage", "staging"),
        ("LiveMode", "yes"),
        ("JwtIssuer", "http://issuer.example"),
        ("AllowedOrigin", "*"),
        ("AllowedOrigin", "https://store.example/"),
        ("StripeApiBase", "http://stripe.example"),
        ("CardPollSeconds", "60,,120"),
        ("LatePaymentPolicy", "keep"),
        ("PaypalApiBase", "http://paypal.example"),
        ("PaypalReturnUrl", "https://store.example/return?a=b"),
        ("PixGateway", "pix"),
        ("PixBank", "Banco do Brasil"),
        ("PixApiBase", "the bank"),
        ("PixExpiresSeconds", "59"),
        ("BoletoGateway", "bacen"),
        ("BoletoDueDays", "0"),
        ("BoletoInstructions", "two\nlines"),
        ("AmountTolerance", "-1"),
        ("MercadoPagoApiBase", "http://pago.example"),
        ("BrazilPaymentsApiBase", "payments.example"),
        ("ViacepApiBase", "http://ceps.example"),
        ("GoogleMapsApiBase", "http://maps.example"),
        ("GoogleGeocodingApi", "v5"),
        ("GoogleDistancesApi", "directions"),
        ("MailFromAddress", "orders"),
        ("StoreName", "Two\nlines"),
        ("WebhookConcurrency", "-1"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(TemplateError, match=name):
        StackView.of(**{name: value})


@pytest.mark.invariant("AUT-05")
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"Stage": "dev"}, "needs Stage prod"),
        ({"StripeApiBase": "https://stripe.stand-in.example"}, "StripeApiBase stays"),
        ({"SendgridApiBase": "https://mail.stand-in.example"}, "SendgridApiBase is"),
        ({"PaypalApiBase": "https://api-m.sandbox.paypal.com"}, "PaypalApiBase is"),
        ({"PixApiBase": "https://pix.stand-in.example"}, "PixApiBase stays"),
        ({"MercadoPagoApiBase": "https://pago.stand-in.example"}, "MercadoPagoApiBase stays"),
        ({"ViacepApiBase": "https://ceps.stand-in.example"}, "ViacepApiBase stays"),
        ({"OpencepApiBase": "https://ceps.stand-in.example"}, "OpencepApiBase stays"),
        ({"BrasilapiApiBase": "https://ceps.stand-in.example"}, "BrasilapiApiBase stays"),
        ({"GoogleMapsApiBase": "https://maps.stand-in.example"}, "GoogleMapsApiBase stays"),
        ({"GoogleRoutesApiBase": "https://routes.stand-in.example"}, "GoogleRoutesApiBase stays"),
        ({"GoogleGeocodeApiBase": "https://geocode.stand-in.example"}, "GoogleGeocodeApiBase stays"),
    ],
)
def test_real_money_moves_in_prod_and_at_the_real_providers_only(changed: dict[str, str], words: str) -> None:
    live = {"Stage": "prod", "LiveMode": "true", "PaypalApiBase": "https://api-m.paypal.com"}
    assert StackView.of(**live).resources
    with pytest.raises(TemplateError, match=words):
        StackView.of(**{**live, **changed})
