"""Makes everything in a resolved template, each resource when it is first referred to.

What runs becomes a spec in `Deployed`; what is only recorded gets a name and an ARN.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.stack.api_body import read_api
from local.stack.aws_resources import AwsResources, Resource
from local.stack.compute import async_spec, function_spec, queue_source, schedule_spec, stream_source
from local.stack.errors import TemplateError, UnsupportedResource
from local.stack.model import (
    ApiSpec,
    AsyncSpec,
    FunctionSpec,
    QueueSourceSpec,
    ScheduleSpec,
    StreamSourceSpec,
    UrlSpec,
)
from local.stack.resolve import Resolver
from local.stack.supported import RECORDED, check_supported
from local.stack.transform import REGION, Template


@dataclass(slots=True)
class Deployed:
    """What the stack has to run."""

    functions: dict[str, FunctionSpec] = field(default_factory=dict)
    queue_sources: list[QueueSourceSpec] = field(default_factory=list)
    stream_sources: list[StreamSourceSpec] = field(default_factory=list)
    schedules: list[ScheduleSpec] = field(default_factory=list)
    apis: list[ApiSpec] = field(default_factory=list)
    urls: list[UrlSpec] = field(default_factory=list)
    failures: dict[str, AsyncSpec] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the stack lives: names, account, and the addresses of its front door."""

    stack_name: str
    account_id: str
    api_url: str
    url_of: Callable[[str], str]
    """Function's logical id -> its function URL."""


class Provisioner:
    """Also the `Lookup` of its own resolver, which is how a reference creates what it refers to."""

    def __init__(self, template: Template, place: Place, aws: AwsResources) -> None:
        self._template = template
        self._place = place
        self.aws = aws
        self.account_id = place.account_id
        self._made: dict[str, Resource] = {}
        self._making: list[str] = []
        self._layers: dict[str, Path] = {}
        self.deployed = Deployed()
        self.resolver = Resolver(template, self._pseudo(), self)
        self._makers: dict[str, Callable[[str, Mapping[str, Any]], Resource]] = {
            "AWS::DynamoDB::Table": aws.table,
            "AWS::SQS::Queue": aws.queue,
            "AWS::Events::EventBus": aws.bus,
            "AWS::Events::Rule": aws.rule,
            "AWS::SecretsManager::Secret": aws.secret,
            "AWS::Lambda::Function": self._function,
            "AWS::Lambda::LayerVersion": self._layer,
            "AWS::Lambda::Alias": self._alias,
            "AWS::Lambda::Version": self._version,
            "AWS::Lambda::EventSourceMapping": self._mapping,
            "AWS::Lambda::EventInvokeConfig": self._invoke_config,
            "AWS::Lambda::Url": self._url,
            "AWS::Scheduler::Schedule": self._schedule,
            "AWS::ApiGatewayV2::Api": self._api,
            "AWS::ApiGatewayV2::Stage": self._stage,
        }

    def run(self) -> Deployed:
        """Create everything whose condition holds.

        Raises:
            UnsupportedResource: something in the template is not run here; it names what.
            TemplateError: the template refers to something that does not exist, or in a circle.
        """
        self.resolver.check_rules()
        for logical_id in self._template.resources:
            if self._wanted(logical_id):
                check_supported(logical_id, self._template.resources[logical_id])
        for logical_id in self._template.resources:
            if self._wanted(logical_id):
                self.ensure(logical_id)
        for name, output in self._template.outputs.items():
            if "Condition" not in output or self.resolver.condition(output["Condition"]):
                self.deployed.outputs[name] = str(self.resolver.resolve(output["Value"]))
        return self.deployed

    def ref(self, logical_id: str) -> str:
        return self.ensure(logical_id).ref

    def attribute(self, logical_id: str, name: str) -> str:
        attributes = self.ensure(logical_id).attributes
        if name not in attributes:
            raise UnsupportedResource(logical_id, f"Fn::GetAtt {logical_id}.{name}")
        return attributes[name]

    def ensure(self, logical_id: str) -> Resource:
        if logical_id in self._made:
            return self._made[logical_id]
        if logical_id not in self._template.resources or not self._wanted(logical_id):
            raise TemplateError(f"{self._at()}there is no resource {logical_id} (or its condition does not hold).")
        if logical_id in self._making:
            raise TemplateError(f"Resources refer to each other in a circle: {' -> '.join(self._making)}.")
        self._making.append(logical_id)
        try:
            self._made[logical_id] = self._make(logical_id)
        finally:
            self._making.pop()
        return self._made[logical_id]

    def _make(self, logical_id: str) -> Resource:
        resource = self._template.resources[logical_id]
        kind, properties = resource["Type"], resource.get("Properties", {})
        maker = self._makers.get(kind)
        if maker is None or (kind in RECORDED and maker not in (self._alias, self._version)):
            return self._recorded(logical_id, kind)
        return maker(logical_id, self.resolver.resolve(properties))

    def _wanted(self, logical_id: str) -> bool:
        condition = self._template.resources[logical_id].get("Condition")
        return condition is None or self.resolver.condition(condition)

    def _at(self) -> str:
        return f"{self._making[-1]}: " if self._making else ""

    def _pseudo(self) -> dict[str, Any]:
        name = self._place.stack_name
        return {
            "AWS::Region": REGION,
            "AWS::AccountId": self._place.account_id,
            "AWS::Partition": "aws",
            "AWS::StackName": name,
            "AWS::StackId": f"{self._arn('cloudformation', f'stack/{name}')}/local",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::NotificationARNs": [],
        }

    def _arn(self, service: str, rest: str) -> str:
        return f"arn:aws:{service}:{REGION}:{self._place.account_id}:{rest}"

    def _recorded(self, logical_id: str, kind: str) -> Resource:
        _, service, what = kind.split("::")
        name = f"{self._place.stack_name}-{logical_id}"
        arn = self._arn(service.lower(), f"{what.lower()}/{name}")
        return Resource(arn if kind == "AWS::SNS::Topic" else name, {"Arn": arn, "TopicArn": arn, "TopicName": name})

    def _function(self, logical_id: str, properties: Mapping[str, Any]) -> Resource:
        name = str(properties.get("FunctionName", f"{self._place.stack_name}-{logical_id}"))
        arn = self._arn("lambda", f"function:{name}")
        layers = [self._layer_folder(logical_id, str(one)) for one in properties.get("Layers", [])]
        self.deployed.functions[logical_id] = function_spec(
            logical_id,
            properties,
            name=name,
            arn=arn,
            folder=self._template.code[properties["Code"]["S3Key"]],
            layers=layers,
        )
        return Resource(name, {"Arn": arn})

    def _layer(self, logical_id: str, properties: Mapping[str, Any]) -> Resource:
        arn = self._arn("lambda", f"layer:{logical_id}:1")
        self._layers[arn] = self._template.code[properties["Content"]["S3Key"]]
        return Resource(arn, {"LayerVersionArn": arn})

    def _layer_folder(self, logical_id: str, arn: str) -> Path:
        if arn not in self._layers:
            raise UnsupportedResource(logical_id, f"the layer {arn}, which is not in this template")
        return self._layers[arn]

    def _alias(self, _: str, properties: Mapping[str, Any]) -> Resource:
        function = self._function_of(str(properties["FunctionName"]))
        arn = f"{function.arn}:{properties['Name']}"
        return Resource(arn, {"AliasArn": arn})

    def _version(self, _: str, properties: Mapping[str, Any]) -> Resource:
        arn = f"{self._function_of(str(properties['FunctionName'])).arn}:1"
        return Resource(arn, {"Version": "1", "FunctionArn": arn})

    def _function_of(self, reference: str) -> FunctionSpec:
        """The function behind a name, an ARN, an alias or version ARN, or an integration's URI."""
        name = reference.partition(":function:")[2].partition("/")[0].partition(":")[0] or reference
        for spec in self.deployed.functions.values():
            if spec.name == name:
                return spec
        raise TemplateError(f"{self._at()}no function of this template is behind {reference}.")

    def _mapping(self, logical_id: str, properties: Mapping[str, Any]) -> Resource:
        function = self._function_of(str(properties["FunctionName"]))
        source = str(properties["EventSourceArn"])
        if source in self.aws.visibility:
            spec = queue_source(logical_id, properties, function, self.aws.visibility[source])
            self.deployed.queue_sources.append(spec)
        elif ":dynamodb:" in source and "/stream/" in source:
            self.deployed.stream_sources.append(stream_source(logical_id, properties, function))
        else:
            raise UnsupportedResource(logical_id, f"the event source {source}")
        return Resource(str(uuid.uuid4()))

    def _invoke_config(self, logical_id: str, properties: Mapping[str, Any]) -> Resource:
        function = self._function_of(str(properties["FunctionName"]))
        self.deployed.failures[function.logical_id] = async_spec(logical_id, properties)
        return Resource(f"{self._place.stack_name}-{logical_id}")

    def _url(self, logical_id: str, properties: Mapping[str, Any]) -> Resource:
        function = self._function_of(str(properties["TargetFunctionArn"]))
        if properties.get("AuthType") != "NONE":
            raise UnsupportedResource(logical_id, f"AuthType {properties.get('AuthType')}")
        if properties.get("InvokeMode", "BUFFERED") != "BUFFERED":
            raise UnsupportedResource(logical_id, f"InvokeMode {properties['InvokeMode']}")
        self.deployed.urls.append(UrlSpec(logical_id, function.logical_id))
        return Resource(
            function.arn, {"FunctionUrl": self._place.url_of(function.logical_id), "FunctionArn": function.arn}
        )

    def _schedule(self, logical_id: str, properties: Mapping[str, Any]) -> Resource:
        name = str(properties.get("Name", f"{self._place.stack_name}-{logical_id}"))
        arn = self._arn("scheduler", f"schedule/default/{name}")
        function = self._function_of(str(properties["Target"]["Arn"]))
        self.deployed.schedules.append(schedule_spec(logical_id, properties, arn=arn, function=function.logical_id))
        return Resource(name, {"Arn": arn})

    def _api(self, logical_id: str, properties: Mapping[str, Any]) -> Resource:
        if self.deployed.apis:
            raise UnsupportedResource(logical_id, "a second HTTP API beside " + self.deployed.apis[0].logical_id)
        api_id = f"local{logical_id.lower()}"
        spec = read_api(logical_id, api_id, properties["Body"], lambda uri: self._function_of(uri).logical_id)
        self.deployed.apis.append(spec)
        return Resource(api_id, {"ApiId": api_id, "ApiEndpoint": self._place.api_url})

    def _stage(self, logical_id: str, properties: Mapping[str, Any]) -> Resource:
        if properties.get("StageName") != "$default":
            raise UnsupportedResource(logical_id, f"the stage {properties.get('StageName')} (only $default)")
        return Resource("$default")
