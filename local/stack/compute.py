"""Functions, mappings, URLs and schedules: resolved properties -> specs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.stack.errors import TemplateError, UnsupportedResource
from local.stack.filters import check_pattern
from local.stack.model import (
    AsyncSpec,
    FunctionSpec,
    QueueSourceSpec,
    ScheduleSpec,
    StreamSourceSpec,
)
from local.stack.schedules import rate_seconds
from local.stack.supported import only

_DEFAULT_BATCH = {"sqs": 10, "stream": 100}
_NO_RETRY_LIMIT = -1


def function_spec(
    logical_id: str, properties: Mapping[str, Any], *, name: str, arn: str, folder: Path, layers: list[Path]
) -> FunctionSpec:
    """Raises `UnsupportedResource` for a runtime that is not this very Python."""
    runtime = str(properties.get("Runtime"))
    here = f"python{sys.version_info.major}.{sys.version_info.minor}"
    if runtime != here:
        raise UnsupportedResource(logical_id, f"the runtime {runtime} (this stack runs on {here})")
    logging = properties.get("LoggingConfig", {})
    only(logical_id, "LoggingConfig", logging, "LogFormat LogGroup ApplicationLogLevel SystemLogLevel")
    environment = properties.get("Environment", {})
    only(logical_id, "Environment", environment, "Variables")
    reserved = properties.get("ReservedConcurrentExecutions")
    return FunctionSpec(
        logical_id=logical_id,
        name=name,
        arn=arn,
        handler=str(properties["Handler"]),
        runtime=runtime,
        folder=folder,
        paths=(folder, *(_layer_path(layer) for layer in layers)),
        timeout=float(properties.get("Timeout", 3)),
        memory=int(properties.get("MemorySize", 128)),
        environment={key: str(value) for key, value in environment.get("Variables", {}).items()},
        reserved_concurrency=int(reserved) if reserved is not None else None,
        log_group=str(logging.get("LogGroup", f"/aws/lambda/{name}")),
        log_format=str(logging.get("LogFormat", "Text")).replace("Text", "TEXT"),
        log_level=logging.get("ApplicationLogLevel"),
    )


def _layer_path(folder: Path) -> Path:
    """A built layer holds `python/`; a layer's source folder is what the build copies in there."""
    built = folder / "python"
    return built if built.is_dir() else folder


def queue_source(
    logical_id: str, properties: Mapping[str, Any], function: FunctionSpec, visibility: float
) -> QueueSourceSpec:
    """Raises `TemplateError` where Lambda refuses the mapping: a visibility timeout below the function's timeout."""
    for name in ("FilterCriteria", "BisectBatchOnFunctionError", "MaximumRetryAttempts", "DestinationConfig"):
        if name in properties:
            raise UnsupportedResource(logical_id, f"{name} on a queue")
    if visibility < function.timeout:
        raise TemplateError(
            f"{logical_id}: the queue's VisibilityTimeout of {visibility:g} s is below the timeout of "
            f"{function.logical_id}, {function.timeout:g} s; Lambda refuses that."
        )
    scaling = properties.get("ScalingConfig", {})
    only(logical_id, "ScalingConfig", scaling, "MaximumConcurrency")
    return QueueSourceSpec(
        logical_id=logical_id,
        function=function.logical_id,
        queue_arn=str(properties["EventSourceArn"]),
        batch_size=int(properties.get("BatchSize", _DEFAULT_BATCH["sqs"])),
        window=float(properties.get("MaximumBatchingWindowInSeconds", 0)),
        reports_failures=_reports(logical_id, properties),
        maximum_concurrency=int(scaling["MaximumConcurrency"]) if "MaximumConcurrency" in scaling else None,
        enabled=bool(properties.get("Enabled", True)),
    )


def stream_source(logical_id: str, properties: Mapping[str, Any], function: FunctionSpec) -> StreamSourceSpec:
    if "ScalingConfig" in properties:
        raise UnsupportedResource(logical_id, "ScalingConfig on a stream")
    position = properties.get("StartingPosition")
    if position not in ("TRIM_HORIZON", "LATEST"):
        raise UnsupportedResource(logical_id, f"StartingPosition {position}")
    patterns = [json.loads(one["Pattern"]) for one in properties.get("FilterCriteria", {}).get("Filters", [])]
    for pattern in patterns:
        check_pattern(logical_id, pattern)
    retries = int(properties.get("MaximumRetryAttempts", _NO_RETRY_LIMIT))
    age = int(properties.get("MaximumRecordAgeInSeconds", _NO_RETRY_LIMIT))
    return StreamSourceSpec(
        logical_id=logical_id,
        function=function.logical_id,
        stream_arn=str(properties["EventSourceArn"]),
        batch_size=int(properties.get("BatchSize", _DEFAULT_BATCH["stream"])),
        window=float(properties.get("MaximumBatchingWindowInSeconds", 0)),
        from_the_start=position == "TRIM_HORIZON",
        reports_failures=_reports(logical_id, properties),
        bisects=bool(properties.get("BisectBatchOnFunctionError", False)),
        retries=retries if retries != _NO_RETRY_LIMIT else None,
        maximum_age=age if age != _NO_RETRY_LIMIT else None,
        filters=tuple(patterns),
        failure_queue_arn=_on_failure(logical_id, properties),
        enabled=bool(properties.get("Enabled", True)),
    )


def schedule_spec(logical_id: str, properties: Mapping[str, Any], *, arn: str, function: str) -> ScheduleSpec:
    target = properties["Target"]
    only(logical_id, "Target", target, "Arn RoleArn Input RetryPolicy DeadLetterConfig")
    if properties.get("FlexibleTimeWindow", {}).get("Mode") != "OFF":
        raise UnsupportedResource(logical_id, "a FlexibleTimeWindow")
    return ScheduleSpec(
        logical_id=logical_id,
        arn=arn,
        function=function,
        every=rate_seconds(logical_id, str(properties["ScheduleExpression"])),
        input=target.get("Input"),
        enabled=properties.get("State", "ENABLED") == "ENABLED",
        failure_queue_arn=target.get("DeadLetterConfig", {}).get("Arn"),
    )


def async_spec(logical_id: str, properties: Mapping[str, Any]) -> AsyncSpec:
    return AsyncSpec(
        retries=int(properties.get("MaximumRetryAttempts", AsyncSpec().retries)),
        failure_queue_arn=_on_failure(logical_id, properties),
    )


def _reports(logical_id: str, properties: Mapping[str, Any]) -> bool:
    kinds = properties.get("FunctionResponseTypes", [])
    if any(kind != "ReportBatchItemFailures" for kind in kinds):
        raise UnsupportedResource(logical_id, f"FunctionResponseTypes {kinds}")
    return bool(kinds)


def _on_failure(logical_id: str, properties: Mapping[str, Any]) -> str | None:
    destinations = properties.get("DestinationConfig", {})
    only(logical_id, "DestinationConfig", destinations, "OnFailure")
    arn = destinations.get("OnFailure", {}).get("Destination")
    if arn is not None and ":sqs:" not in arn:
        raise UnsupportedResource(logical_id, f"the failure destination {arn} (only queues)")
    return arn
