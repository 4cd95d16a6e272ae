"""Creates tables, queues, buses, rules and secrets by plain API calls, from resolved CloudFormation properties.

CloudFormation's property names are almost the names of the API's parameters; what differs is here.
"""

from __future__ import annotations

import json
import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.stack.errors import TemplateError, UnsupportedResource
from local.stack.supported import only

_TABLE_PARAMETERS = (
    "AttributeDefinitions",
    "KeySchema",
    "BillingMode",
    "ProvisionedThroughput",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
)
_QUEUE_ATTRIBUTES = (
    "VisibilityTimeout",
    "DelaySeconds",
    "MessageRetentionPeriod",
    "MaximumMessageSize",
    "ReceiveMessageWaitTimeSeconds",
)


@dataclass(frozen=True, slots=True)
class Resource:
    """What `Ref` and `Fn::GetAtt` give for a resource."""

    ref: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AwsClients:
    """boto3 clients of the stack's own endpoint."""

    dynamodb: Any
    sqs: Any
    events: Any
    secretsmanager: Any


class AwsResources:
    """One method per resource type. `overrides` holds fields of secrets by the secret's logical id."""

    def __init__(self, clients: AwsClients, stack_name: str, overrides: Mapping[str, Mapping[str, str]]) -> None:
        self._aws = clients
        self._stack = stack_name
        self._overrides = overrides
        self.hash_keys: dict[str, str] = {}
        self.queue_urls: dict[str, str] = {}
        self.visibility: dict[str, float] = {}

    def table(self, logical_id: str, properties: Mapping[str, Any]) -> Resource:
        # As CloudFormation does: two stacks, or two runs, never share a name, nor what is derived from it.
        name = str(properties.get("TableName", f"{self._stack}-{logical_id}-{secrets.token_hex(4)}"))
        parameters = {key: properties[key] for key in _TABLE_PARAMETERS if key in properties}
        if stream := properties.get("StreamSpecification"):
            only(logical_id, "StreamSpecification", stream, "StreamViewType")
            parameters["StreamSpecification"] = {"StreamEnabled": True, **stream}
        made = self._aws.dynamodb.create_table(TableName=name, **parameters)["TableDescription"]
        if ttl := properties.get("TimeToLiveSpecification"):
            self._aws.dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=ttl)
        self.hash_keys[name] = next(key["AttributeName"] for key in properties["KeySchema"] if key["KeyType"] == "HASH")
        stream_arn = {"StreamArn": made["LatestStreamArn"]} if "LatestStreamArn" in made else {}
        return Resource(name, {"Arn": made["TableArn"], **stream_arn})

    def queue(self, logical_id: str, properties: Mapping[str, Any]) -> Resource:
        name = str(properties.get("QueueName", f"{self._stack}-{logical_id}"))
        attributes = {key: str(properties[key]) for key in _QUEUE_ATTRIBUTES if key in properties}
        for policy in ("RedrivePolicy", "RedriveAllowPolicy"):
            if policy in properties:
                attributes[policy] = json.dumps(properties[policy])
        url = self._aws.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        arn = self._aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        self.queue_urls[arn] = url
        self.visibility[arn] = float(properties.get("VisibilityTimeout", 30))
        return Resource(url, {"Arn": arn, "QueueName": name, "QueueUrl": url})

    def bus(self, logical_id: str, properties: Mapping[str, Any]) -> Resource:
        name = str(properties.get("Name", f"{self._stack}-{logical_id}"))
        arn = self._aws.events.create_event_bus(Name=name)["EventBusArn"]
        return Resource(name, {"Arn": arn, "Name": name})

    def rule(self, logical_id: str, properties: Mapping[str, Any]) -> Resource:
        name = str(properties.get("Name", f"{self._stack}-{logical_id}"))
        bus = {"EventBusName": properties["EventBusName"]} if "EventBusName" in properties else {}
        if "EventPattern" not in properties:
            raise TemplateError(f"{logical_id}: a rule needs an EventPattern.")
        pattern = json.dumps(properties["EventPattern"])
        state = properties.get("State", "ENABLED")
        arn = self._aws.events.put_rule(Name=name, EventPattern=pattern, State=state, **bus)["RuleArn"]
        targets = [self._target(logical_id, target) for target in properties.get("Targets", [])]
        if state == "ENABLED":
            # moto delivers for disabled rules as well: without targets there is nothing to deliver to.
            self._aws.events.put_targets(Rule=name, Targets=targets, **bus)
        return Resource(name, {"Arn": arn})

    def secret(self, logical_id: str, properties: Mapping[str, Any]) -> Resource:
        name = str(properties.get("Name", f"{self._stack}-{logical_id}"))
        text = properties.get("SecretString")
        if text is None:
            text = _generated(properties.get("GenerateSecretString", {}))
        if override := self._overrides.get(logical_id):
            text = json.dumps({**_fields(logical_id, text), **override})
        arn = self._aws.secretsmanager.create_secret(Name=name, SecretString=text)["ARN"]
        return Resource(arn, {"Id": arn})

    def _target(self, logical_id: str, target: Mapping[str, Any]) -> dict[str, Any]:
        """The API's target. Delivery to a local queue cannot fail: retries and dead letters have nothing to do."""
        only(logical_id, "Targets", target, "Id Arn InputTransformer DeadLetterConfig RetryPolicy")
        if target["Arn"] not in self.queue_urls:
            raise UnsupportedResource(logical_id, f"the target {target['Arn']} (only queues of this template)")
        return {key: target[key] for key in ("Id", "Arn", "InputTransformer") if key in target}


def _fields(logical_id: str, text: str) -> dict[str, Any]:
    try:
        fields = json.loads(text)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise TemplateError(f"{logical_id}: its fields cannot be set, because its text is not a JSON object.")
    return fields


def _generated(spec: Mapping[str, Any]) -> str:
    alphabet = string.ascii_letters + string.digits
    password = "".join(secrets.choice(alphabet) for _ in range(int(spec.get("PasswordLength", 32))))
    if "GenerateStringKey" not in spec:
        return password
    return json.dumps({**json.loads(spec.get("SecretStringTemplate", "{}")), spec["GenerateStringKey"]: password})
