"""Every function: its runtime, its code, its log group, its alarms."""

from __future__ import annotations

import ast

import pytest

from local.build.artifacts import ROOT
from tests.infrastructure.stackview import StackView, logical

FUNCTIONS = [
    "AddressesFunction",
    "BoletoApiFunction",
    "BrazilPaymentsWorkerFunction",
    "GoogleMapsApiFunction",
    "GoogleMapsWorkerFunction",
    "HealthFunction",
    "MercadoPagoWebhookFunction",
    "MercadoPagoWorkerFunction",
    "OrdersFunction",
    "OutboxRelayFunction",
    "OutboxSweeperFunction",
    "PaymentsFunction",
    "PaymentsPollerFunction",
    "PaypalApiFunction",
    "PaypalWebhookFunction",
    "PaypalWorkerFunction",
    "PixApiFunction",
    "PixWebhookFunction",
    "PixWorkerFunction",
    "SendgridWorkerFunction",
    "StripeApiFunction",
    "StripeWebhookFunction",
    "StripeWorkerFunction",
    "ViacepFunction",
]
HTTP_API_SECONDS = 29
"""What API Gateway waits for an answer (HTTP API quotas: 30 s, less the way there and back)."""


def test_these_are_the_functions(stack: StackView) -> None:
    assert sorted(stack.functions) == FUNCTIONS


@pytest.mark.parametrize("name", FUNCTIONS)
def test_runs_python_on_arm_with_the_layer(stack: StackView, name: str) -> None:
    function = stack.properties(name)
    assert function["Runtime"] == "python3.13"
    assert function["Architectures"] == ["arm64"]
    assert [layer.startswith("CommerceLayer") for layer in function["Layers"]] == [True]
    assert function["MemorySize"] >= 512


@pytest.mark.parametrize("name", FUNCTIONS)
def test_its_handler_exists(stack: StackView, name: str) -> None:
    module, _, handler = stack.properties(name)["Handler"].rpartition(".")
    source = stack.template.code[name] / f"{module}.py"
    tree = ast.parse(source.read_text(encoding="utf-8"))
    assert handler in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert source.is_relative_to(ROOT / "functions")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_logs_json_into_a_group_of_its_own_that_forgets(stack: StackView, prod: StackView, name: str) -> None:
    logging = stack.properties(name)["LoggingConfig"]
    assert logging["LogFormat"] == "JSON"
    groups = [stack.properties(other)["LoggingConfig"]["LogGroup"] for other in FUNCTIONS]
    assert groups.count(logging["LogGroup"]) == 1
    assert stack.properties(logging["LogGroup"])["RetentionInDays"] == 14
    assert prod.properties(logging["LogGroup"])["RetentionInDays"] == 90


@pytest.mark.parametrize("name", FUNCTIONS)
def test_is_traced(stack: StackView, name: str) -> None:
    assert stack.properties(name)["TracingConfig"] == {"Mode": "Active"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_holds_no_secret_in_its_environment(stack: StackView, name: str) -> None:
    variables = stack.properties(name)["Environment"]["Variables"]
    assert {"STAGE", "LIVE_MODE", "LOG_LEVEL", "POWERTOOLS_SERVICE_NAME"} <= set(variables)
    assert [key for key in variables if "SECRET" in key and not key.endswith("_SECRET_NAME")] == []
    named = [key for key in variables if "KEY" in key or "TOKEN" in key or "PASSWORD" in key]
    assert set(named) <= {"TOKENS_TABLE"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_errors_throttles_and_slowness_raise_an_alarm(stack: StackView, name: str) -> None:
    (errors,) = stack.alarms_on("Errors", "FunctionName", name)
    (throttles,) = stack.alarms_on("Throttles", "FunctionName", name)
    (slow,) = stack.alarms_on("Duration", "FunctionName", name)
    assert (errors["Threshold"], throttles["Threshold"]) == (0, 0)
    assert slow["ExtendedStatistic"] == "p99"
    assert slow["Threshold"] == stack.properties(name)["Timeout"] * 1000 * 0.8


@pytest.mark.invariant("PAY-06")
def test_an_api_function_gives_up_before_the_gateway_does(stack: StackView) -> None:
    callers = {
        logical(permission["FunctionName"]).removesuffix("Aliaslive")
        for permission in stack.every("AWS::Lambda::Permission").values()
        if permission["Principal"] == "apigateway.amazonaws.com"
    }
    assert callers
    for name in callers:
        assert stack.properties(name)["Timeout"] < HTTP_API_SECONDS
