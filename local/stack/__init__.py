"""Runs template.yaml on one machine: no Docker, no AWS account. `Stack` is the way in (docs/architecture.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.stack.options import StackOptions
    from local.stack.stack import Stack

__all__ = ["Stack", "StackOptions"]


def __getattr__(name: str) -> Any:
    """Loads on demand: the transform alone, which other tools use, needs neither moto nor boto3."""
    if name == "Stack":
        from local.stack.stack import Stack  # noqa: PLC0415

        return Stack
    if name == "StackOptions":
        from local.stack.options import StackOptions  # noqa: PLC0415

        return StackOptions
    raise AttributeError(name)
