"""What the local stack runs, read out of the resolved template: plain data, nothing started yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """One Lambda function. `timeout` in seconds, `memory` in MB, `paths` is what goes on its PYTHONPATH, in order."""

    logical_id: str
    name: str
    arn: str
    handler: str
    runtime: str
    folder: Path
    paths: tuple[Path, ...]
    timeout: float
    memory: int
    environment: Mapping[str, str]
    reserved_concurrency: int | None
    log_group: str
    log_format: str
    log_level: str | None


@dataclass(frozen=True, slots=True)
class AsyncSpec:
    """What happens to an asynchronous invocation that fails (AWS::Lambda::EventInvokeConfig, default 2 retries)."""

    retries: int = 2
    failure_queue_arn: str | None = None


@dataclass(frozen=True, slots=True)
class QueueSourceSpec:
    logical_id: str
    function: str
    queue_arn: str
    batch_size: int
    window: float
    reports_failures: bool
    maximum_concurrency: int | None
    enabled: bool


@dataclass(frozen=True, slots=True)
class StreamSourceSpec:
    """`retries` and `maximum_age` (seconds) are None for "until the record expires"."""

    logical_id: str
    function: str
    stream_arn: str
    batch_size: int
    window: float
    from_the_start: bool
    reports_failures: bool
    bisects: bool
    retries: int | None
    maximum_age: int | None
    filters: tuple[Mapping[str, Any], ...]
    failure_queue_arn: str | None
    enabled: bool


@dataclass(frozen=True, slots=True)
class ScheduleSpec:
    """`every` in seconds; `input` is the text of the event, None for the scheduler's own."""

    logical_id: str
    arn: str
    function: str
    every: float
    input: str | None
    enabled: bool
    failure_queue_arn: str | None


@dataclass(frozen=True, slots=True)
class AuthorizerSpec:
    name: str
    issuer: str
    audience: tuple[str, ...]
    header: str


DEFAULT_ROUTE = "$default"
"""The path of the route that takes what no other takes."""


@dataclass(frozen=True, slots=True)
class RouteSpec:
    """`method` is upper case or ANY; `path` as in the template: /orders/{order_id}, /files/{proxy+}, $default."""

    method: str
    path: str
    function: str
    authorizer: AuthorizerSpec | None
    scopes: tuple[str, ...]
    timeout: float

    @property
    def key(self) -> str:
        return self.path if self.path == DEFAULT_ROUTE else f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class CorsSpec:
    origins: tuple[str, ...]
    methods: tuple[str, ...]
    headers: tuple[str, ...]
    exposed: tuple[str, ...]
    credentials: bool
    max_age: int | None


@dataclass(frozen=True, slots=True)
class ApiSpec:
    logical_id: str
    api_id: str
    routes: tuple[RouteSpec, ...]
    cors: CorsSpec | None


@dataclass(frozen=True, slots=True)
class UrlSpec:
    logical_id: str
    function: str
