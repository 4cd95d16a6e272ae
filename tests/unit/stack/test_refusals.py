"""What the local stack does not run is an error that names it, never skipped in silence (PLT-07)."""

from __future__ import annotations

from typing import Any

import pytest

from local.stack.api_body import read_api
from local.stack.compute import schedule_spec
from local.stack.errors import UnsupportedResource
from local.stack.schedules import rate_seconds
from local.stack.supported import RECORDED, RUN, check_supported

JWT = {
    "type": "jwt",
    "identitySource": "$request.header.Authorization",
    "jwtConfiguration": {"issuer": "i", "audience": ["a"]},
}
INTEGRATION = {"type": "aws_proxy", "httpMethod": "POST", "uri": "x", "payloadFormatVersion": "2.0"}


def refused(*parts: str) -> Any:
    return pytest.raises(UnsupportedResource, match=".*".join(parts))


@pytest.mark.invariant("PLT-07")
def test_an_unknown_type_or_property_is_named() -> None:
    with refused("Machine", "AWS::StepFunctions::StateMachine"):
        check_supported("Machine", {"Type": "AWS::StepFunctions::StateMachine", "Properties": {}})
    with refused("Jobs", "FifoQueue of AWS::SQS::Queue"):
        check_supported("Jobs", {"Type": "AWS::SQS::Queue", "Properties": {"FifoQueue": True}})
    with refused("Fn", "VpcConfig"):
        check_supported("Fn", {"Type": "AWS::Lambda::Function", "Properties": {"VpcConfig": {}}})


def test_known_properties_and_recorded_types_pass() -> None:
    check_supported("Jobs", {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 1, "Tags": []}})
    check_supported("Role", {"Type": "AWS::IAM::Role", "Properties": {"Anything": 1}})
    assert not RECORDED & set(RUN)


@pytest.mark.parametrize(
    ("expression", "seconds"), [("rate(1 minute)", 60), ("rate(5 minutes)", 300), ("rate(2 hours)", 7200)]
)
def test_rates(expression: str, seconds: float) -> None:
    assert rate_seconds("Clock", expression) == seconds


@pytest.mark.parametrize("expression", ["cron(0 12 * * ? *)", "at(2026-01-01T00:00:00)", "rate(1 fortnight)"])
def test_other_schedules_are_refused(expression: str) -> None:
    with refused("Clock", "only rate"):
        rate_seconds("Clock", expression)


def test_a_flexible_window_is_refused() -> None:
    properties = {
        "FlexibleTimeWindow": {"Mode": "FLEXIBLE"},
        "Target": {"Arn": "x"},
        "ScheduleExpression": "rate(1 minute)",
    }
    with refused("Clock", "FlexibleTimeWindow"):
        schedule_spec("Clock", properties, arn="arn", function="Fn")


@pytest.mark.parametrize(
    ("operation", "schemes", "named"),
    [
        ({"x-amazon-apigateway-integration": {**INTEGRATION, "payloadFormatVersion": "1.0"}}, {}, "payload 2.0"),
        ({"x-amazon-apigateway-integration": {**INTEGRATION, "requestParameters": {}}}, {}, "requestParameters"),
        ({"x-amazon-apigateway-integration": {**INTEGRATION, "type": "http_proxy"}}, {}, "aws_proxy"),
        ({"x-amazon-apigateway-integration": INTEGRATION, "security": [{"Iam": []}]}, {}, "authorizer Iam"),
        ({"x-amazon-apigateway-integration": INTEGRATION}, {"A": {**JWT, "type": "request"}}, "type request"),
        (
            {"x-amazon-apigateway-integration": INTEGRATION},
            {"A": {**JWT, "identitySource": "$request.querystring.t"}},
            "querystring",
        ),
    ],
)
def test_parts_of_an_api_are_refused(operation: dict[str, Any], schemes: dict[str, Any], named: str) -> None:
    body = {
        "paths": {"/a": {"get": operation}},
        "components": {
            "securitySchemes": {name: {"x-amazon-apigateway-authorizer": one} for name, one in schemes.items()}
        },
    }
    with refused("Api", named):
        read_api("Api", "id", body, lambda _: "Fn")
