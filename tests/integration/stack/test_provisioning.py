"""What the template says exists, and what the stack cannot run is refused before anything runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.stack import Stack, StackOptions
from local.stack.errors import StackError, TemplateError, UnsupportedResource
from local.stack.interceptors import Interception, Strike
from tests.integration.stack.conftest import TEMPLATE

NIGHTLY = {"ScheduleExpression": "cron(0 1 * * ? *)"}
FUNCTION = {"CodeUri": "code", "Handler": "api.handler", "Runtime": "python3.13"}


def start(tmp_path: Path, resources: dict[str, Any], **parts: Any) -> None:
    """Start a stack of a template made of `resources`; JSON is YAML."""
    (tmp_path / "code").mkdir(exist_ok=True)
    template = tmp_path / "template.yaml"
    content = {"Transform": "AWS::Serverless-2016-10-31", **parts, "Resources": resources}
    template.write_text(json.dumps(content), encoding="utf-8")
    with Stack(StackOptions(template=template)):
        pass


def function(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::Serverless::Function", "Properties": {**FUNCTION, **properties}}


@pytest.mark.invariant("PLT-07")
@pytest.mark.parametrize(
    ("resources", "named"),
    [
        ({"Flow": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {}}}, "AWS::StepFunctions::StateMachine"),
        ({"Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"FifoQueue": True}}}, "FifoQueue"),
        ({"Fn": function(Runtime="python3.11")}, "python3.11"),
        ({"Fn": function(VpcConfig={"SubnetIds": ["a"], "SecurityGroupIds": ["b"]})}, "VpcConfig"),
        ({"Fn": function(Layers=["arn:aws:lambda:us-east-1:1:layer:x:1"])}, "layer:x:1"),
        ({"Fn": function(FunctionUrlConfig={"AuthType": "AWS_IAM"})}, "AWS_IAM"),
        (
            {
                "Fn": function(
                    Events={"E": {"Type": "ScheduleV2", "Properties": {"ScheduleExpression": "cron(0 1 * * ? *)"}}}
                )
            },
            "cron",
        ),
        (
            {"Rule": {"Type": "AWS::Events::Rule", "Properties": {"ScheduleExpression": "rate(1 minute)"}}},
            "ScheduleExpression",
        ),
        (
            {
                "Rule": {
                    "Type": "AWS::Events::Rule",
                    "Properties": {
                        "EventPattern": {"source": ["x"]},
                        "Targets": [{"Id": "a", "Arn": "arn:aws:lambda:us-east-1:1:function:x"}],
                    },
                }
            },
            "function:x",
        ),
        ({"Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::ImportValue": "x"}}}}, "ImportValue"),
    ],
)
def test_what_is_not_run_is_refused_by_name(tmp_path: Path, resources: dict[str, Any], named: str) -> None:
    with pytest.raises(UnsupportedResource) as refusal:
        start(tmp_path, resources)
    assert named in refusal.value.message


def test_a_circle_and_a_dangling_reference_are_named(tmp_path: Path) -> None:
    def queue(name: Any) -> dict[str, Any]:
        return {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}}

    with pytest.raises(TemplateError, match="A -> B"):
        start(tmp_path, {"A": queue({"Ref": "B"}), "B": queue({"Ref": "A"})})
    with pytest.raises(TemplateError, match="no resource Nothing"):
        start(tmp_path, {"A": queue({"Ref": "Nothing"})})


def test_lambda_refuses_a_visibility_below_the_timeout(tmp_path: Path) -> None:
    event = {"Type": "SQS", "Properties": {"Queue": {"Fn::GetAtt": ["Jobs", "Arn"]}}}
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 10}}
    with pytest.raises(TemplateError, match="VisibilityTimeout of 10 s is below the timeout of Fn, 60 s"):
        start(tmp_path, {"Jobs": queue, "Fn": function(Timeout=60, Events={"Q": event})})


def test_a_resource_whose_condition_does_not_hold_is_not_there(tmp_path: Path) -> None:
    never = {"Fn::Equals": ["a", "b"]}
    resources = {"Flow": {"Type": "AWS::StepFunctions::StateMachine", "Condition": "Never", "Properties": {}}}
    start(tmp_path, {**resources, "Jobs": {"Type": "AWS::SQS::Queue"}}, Conditions={"Never": never})


def test_tables_queues_and_secrets_are_as_written(stack: Stack) -> None:
    table = stack.aws("dynamodb").describe_table(TableName=stack.resource("Table"))["Table"]
    assert table["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    assert table["GlobalSecondaryIndexes"][0]["IndexName"] == "due"
    ttl = stack.aws("dynamodb").describe_time_to_live(TableName=stack.resource("Table"))
    assert ttl["TimeToLiveDescription"]["AttributeName"] == "expires_at"
    queue = stack.aws("sqs").get_queue_attributes(QueueUrl=stack.resource("Jobs"), AttributeNames=["All"])["Attributes"]
    assert queue["VisibilityTimeout"] == "60"
    assert json.loads(queue["RedrivePolicy"])["maxReceiveCount"] == 3
    secret = stack.aws("secretsmanager").get_secret_value(SecretId="commerce-local/keys")
    assert json.loads(secret["SecretString"]) == {"api_key": "local-key", "other": "kept"}


def test_parameters_reach_the_functions() -> None:
    options = StackOptions(template=TEMPLATE, parameters={"ProviderBase": "http://127.0.0.1:9"})
    with Stack(options) as stack:
        outcome = stack.invoke("EchoFunction", {})
        assert json.loads(outcome.payload)["environment"]["PROVIDER"] == "http://127.0.0.1:9"


def test_an_unknown_parameter_is_refused() -> None:
    with pytest.raises(TemplateError, match="no parameter Colour"):
        Stack(StackOptions(template=TEMPLATE, parameters={"Colour": "red"})).start()


def test_a_service_that_is_not_there_is_refused_by_name(stack: Stack) -> None:
    with pytest.raises(ClientError, match="no sns; it has dynamodb"):
        stack.aws("sns").publish(TopicArn="arn:aws:sns:us-east-1:1:x", Message="hi")
    with pytest.raises(ClientError, match="no AmazonSSM; it has dynamodb"):
        stack.aws("ssm").get_parameter(Name="x")


def test_a_schedule_fires_when_told_to(stack: Stack) -> None:
    outcome = stack.run_schedule("SweeperFunction")
    assert json.loads(outcome.payload) == {"swept": {"what": "everything"}}
    with pytest.raises(StackError, match="EchoFunction has no schedule"):
        stack.run_schedule("EchoFunction")


def test_an_error_of_aws_can_be_asked_for(stack: Stack) -> None:
    """The SDK in the function meets throttling, tries again, and the job is done."""
    struck = stack.intercept(
        Interception("JobsFunction", Strike.FAIL, operation="UpdateItem", code="ThrottlingException", status=400)
    )
    body = json.dumps({"order_id": "throttled"})
    stack.aws("sqs").send_message(QueueUrl=stack.resource("Jobs"), MessageBody=body)
    stack.drain()
    assert struck.times == 0
    statuses = [call.status for call in stack.calls if call.keys == ("DONE#throttled",)]
    assert statuses == [400, 200]


def test_a_stopped_stack_says_so(tmp_path: Path) -> None:
    stopped = Stack(StackOptions(template=TEMPLATE))
    with pytest.raises(StackError, match="not running"):
        _ = stopped.api_url
    with Stack(StackOptions(template=TEMPLATE)) as stack:
        url = stack.api_url
        with pytest.raises(StackError, match="no sandbox stripe"):
            stack.sandbox("stripe")
    assert url.startswith("http://127.0.0.1:")
