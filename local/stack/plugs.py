"""How a provider's sandbox is plugged into the stack: where it answers, with which keys, and where its webhooks go.

The stack knows no provider. What it needs of a running sandbox is `Running`; the kernel's `Server` is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


class Running(Protocol):
    """A sandbox that serves."""

    @property
    def url(self) -> str: ...

    @property
    def sandbox(self) -> Any: ...

    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Plug:
    """One provider's sandbox.

    Args:
        name: the provider, such as "stripe"; `Stack.sandbox(name)` finds it.
        serve: starts it.
        base_parameter: the template's parameter for the provider's address.
        further_bases: more parameters with the same address, of a provider whose hosts are several.
        secrets: fields of secrets by the secret's logical id, as the sandbox expects them.
        webhook_function: the function whose URL receives its webhooks.
        connect: (sandbox, webhook URL), called before the first webhook.
    """

    name: str
    serve: Callable[[], Running]
    base_parameter: str
    secrets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    webhook_function: str | None = None
    connect: Callable[[Any, str], None] | None = None
    further_bases: tuple[str, ...] = ()

    @property
    def bases(self) -> tuple[str, ...]:
        """Every parameter that takes the sandbox's address."""
        return (self.base_parameter, *self.further_bases)


class PluggedSandbox:
    """What `Stack.sandbox` gives: `url`, and everything else (`state`, `faults`, ...) of the sandbox itself."""

    def __init__(self, plug: Plug) -> None:
        self.plug = plug
        self._running = plug.serve()
        self.url = self._running.url
        self.sandbox: Any = self._running.sandbox

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sandbox, name)

    @property
    def pending(self) -> int:
        """Webhooks that are still on their way."""
        webhooks = getattr(self.sandbox, "webhooks", None)
        return int(webhooks.pending) if webhooks is not None else 0

    def stop(self) -> None:
        self._running.stop()
