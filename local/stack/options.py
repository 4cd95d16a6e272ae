"""What a stack can be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from local.stack.logs import LogLine
from local.stack.plugs import Plug
from local.stack.worker import Runtime, default_runtime

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class StackOptions:
    """Everything has a default that suits a test.

    Args:
        template: runs with the code folders beside it.
        parameters: of the template; those without a default that the stack can fill in itself need none.
        secrets: fields set over those of the template's secrets, by logical id.
        sandboxes: providers to run beside it.
        port: of the front door; 0 takes a free one.
        concurrency: processes per function at most.
        prewarm: functions to start before the stack is ready; the others start on their first event.
        timers: whether schedules tick by themselves; `Stack.run_schedule` works either way.
        redelivery: seconds after which a message that failed comes back, instead of its queue's visibility timeout.
        echo: called with every line that a function writes.
        env_file: test-mode keys of providers that are to be called for real.
        strict: DynamoDB Local instead of moto's tables (see strict.py).
        openapi: the description shown at /docs.
    """

    template: Path = ROOT / "template.yaml"
    parameters: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sandboxes: Sequence[Plug] = ()
    stack_name: str = "commerce-local"
    port: int = 0
    concurrency: int = 4
    prewarm: Sequence[str] = ()
    timers: bool = False
    redelivery: int | None = None
    echo: Callable[[LogLine], None] | None = None
    env_file: Path | None = None
    strict: bool = False
    openapi: Path = ROOT / "contracts" / "openapi.json"
    runtime: Runtime = field(default_factory=default_runtime)
