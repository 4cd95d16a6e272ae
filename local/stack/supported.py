"""The one list of what the local stack does with each resource type and property.

RUN: carried out. RECORDED: exists, can be referred to, does nothing on a laptop. A type or property that is in neither
list is refused by name: what would be different on AWS must never pass in silence here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.stack.errors import UnsupportedResource


@dataclass(frozen=True, slots=True)
class Support:
    """`run` changes what the stack does; `inert` makes no difference to a caller on one laptop."""

    run: frozenset[str]
    inert: frozenset[str]


def _support(run: str, inert: str = "") -> Support:
    return Support(frozenset(run.split()), frozenset(inert.split()))


RUN: Mapping[str, Support] = {
    "AWS::DynamoDB::Table": _support(
        "TableName AttributeDefinitions KeySchema BillingMode ProvisionedThroughput GlobalSecondaryIndexes "
        "LocalSecondaryIndexes StreamSpecification TimeToLiveSpecification",
        "PointInTimeRecoverySpecification SSESpecification DeletionProtectionEnabled Tags TableClass "
        "ContributorInsightsSpecification OnDemandThroughput",
    ),
    "AWS::SQS::Queue": _support(
        "QueueName VisibilityTimeout RedrivePolicy RedriveAllowPolicy DelaySeconds MessageRetentionPeriod "
        "MaximumMessageSize ReceiveMessageWaitTimeSeconds",
        "SqsManagedSseEnabled KmsMasterKeyId KmsDataKeyReusePeriodSeconds Tags",
    ),
    "AWS::Events::EventBus": _support("Name", "Description Tags KmsKeyIdentifier"),
    "AWS::Events::Rule": _support("Name EventBusName EventPattern State Targets", "Description Tags"),
    "AWS::SecretsManager::Secret": _support("Name SecretString GenerateSecretString", "Description KmsKeyId Tags"),
    "AWS::Lambda::Function": _support(
        "FunctionName Handler Runtime Timeout MemorySize Environment Layers Code ReservedConcurrentExecutions "
        "LoggingConfig",
        "Role Description Tags TracingConfig Architectures EphemeralStorage PackageType KmsKeyArn CodeSigningConfigArn "
        "RuntimeManagementConfig RecursiveLoop",
    ),
    "AWS::Lambda::LayerVersion": _support(
        "Content", "LayerName Description CompatibleRuntimes CompatibleArchitectures LicenseInfo"
    ),
    "AWS::Lambda::EventSourceMapping": _support(
        "EventSourceArn FunctionName BatchSize Enabled MaximumBatchingWindowInSeconds FunctionResponseTypes "
        "ScalingConfig StartingPosition FilterCriteria BisectBatchOnFunctionError MaximumRetryAttempts "
        "MaximumRecordAgeInSeconds DestinationConfig",
        "Tags KmsKeyArn MetricsConfig",
    ),
    "AWS::Lambda::EventInvokeConfig": _support(
        "FunctionName Qualifier MaximumRetryAttempts DestinationConfig", "MaximumEventAgeInSeconds"
    ),
    "AWS::Lambda::Url": _support("TargetFunctionArn AuthType InvokeMode", "Qualifier"),
    "AWS::Scheduler::Schedule": _support(
        "ScheduleExpression Target State FlexibleTimeWindow", "Name Description GroupName ScheduleExpressionTimezone"
    ),
    "AWS::ApiGatewayV2::Api": _support("Body", "Name Description Tags FailOnWarnings"),
    # Throttling and access logs of a stage protect and describe a shared service; a laptop has one caller.
    "AWS::ApiGatewayV2::Stage": _support(
        "ApiId StageName", "AutoDeploy AccessLogSettings DefaultRouteSettings RouteSettings Description Tags"
    ),
}

RECORDED: frozenset[str] = frozenset(
    {
        "AWS::IAM::Role",
        "AWS::IAM::Policy",
        "AWS::IAM::ManagedPolicy",
        "AWS::Lambda::Permission",
        "AWS::Lambda::Version",
        "AWS::Lambda::Alias",
        "AWS::Logs::LogGroup",
        "AWS::Logs::MetricFilter",
        "AWS::Logs::ResourcePolicy",
        "AWS::CloudWatch::Alarm",
        "AWS::CloudWatch::CompositeAlarm",
        "AWS::CloudWatch::Dashboard",
        "AWS::SNS::Topic",
        "AWS::SNS::TopicPolicy",
        "AWS::SNS::Subscription",
        "AWS::SQS::QueuePolicy",
        "AWS::Events::EventBusPolicy",
        "AWS::SecretsManager::ResourcePolicy",
        "AWS::CodeDeploy::Application",
        "AWS::CodeDeploy::DeploymentGroup",
        "AWS::KMS::Key",
        "AWS::KMS::Alias",
    }
)


def check_supported(logical_id: str, resource: Mapping[str, Any]) -> None:
    """Raises `UnsupportedResource` naming the resource, its type and the first property that is not run."""
    kind = resource["Type"]
    if kind in RECORDED:
        return
    if kind not in RUN:
        raise UnsupportedResource(logical_id, f"resources of type {kind}")
    support = RUN[kind]
    for name in resource.get("Properties", {}):
        if name not in support.run and name not in support.inert:
            raise UnsupportedResource(logical_id, f"the property {name} of {kind}")


def only(logical_id: str, what: str, given: Mapping[str, Any], known: str) -> None:
    """Refuse keys of a nested structure that are not among the space-separated `known` ones."""
    for name in given:
        if name not in known.split():
            raise UnsupportedResource(logical_id, f"{what}.{name}")
