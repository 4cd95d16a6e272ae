"""What can go wrong before a function runs. Everything else the stack reports as AWS would.

ConfigurationError
└── StackError
    ├── TemplateError          the template or its parameters are wrong
    │   └── UnsupportedResource  the template is right, but this stack does not run that part of it
    └── DrainTimeout           work was still going on
"""

from __future__ import annotations

from typing import ClassVar

from commerce.platform.errors import ConfigurationError


class StackError(ConfigurationError):
    default_code: ClassVar[str] = "local_stack"


class TemplateError(StackError):
    default_code = "bad_template"


class UnsupportedResource(TemplateError):
    """A resource, property or value that would change behaviour on AWS and that the local stack does not run."""

    default_code = "unsupported_resource"

    def __init__(self, logical_id: str, what: str) -> None:
        super().__init__(
            f"{logical_id}: the local stack does not run {what}. "
            "Add it to local/stack/supported.py (and to what runs it), or leave it out of the template."
        )


class DrainTimeout(StackError):
    default_code = "not_drained"
    retryable = True
