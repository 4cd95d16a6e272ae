"""The values of a template's parameters, checked as CloudFormation checks them before it creates anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from local.stack.errors import TemplateError, UnsupportedResource

type Parameters = dict[str, str | list[str]]


def parameter_values(declared: Mapping[str, Mapping[str, Any]], given: Mapping[str, str]) -> Parameters:
    """Given values over defaults, each checked against its own declaration.

    Raises:
        TemplateError: a value is missing, unknown or not allowed; the message names the parameter.
    """
    unknown = sorted(set(given) - set(declared))
    if unknown:
        raise TemplateError(
            f"The template has no parameter {', '.join(unknown)}. It has: {', '.join(sorted(declared))}."
        )
    return {name: _value(name, spec, given) for name, spec in declared.items()}


def _value(name: str, spec: Mapping[str, Any], given: Mapping[str, str]) -> str | list[str]:
    kind = spec.get("Type", "String")
    if name in given:
        text = given[name]
    elif "Default" in spec:
        text = str(spec["Default"])
    else:
        raise TemplateError(f"Parameter {name} has no default: give it a value in StackOptions(parameters=...).")
    if kind not in ("String", "Number", "CommaDelimitedList", "List<Number>"):
        raise UnsupportedResource(f"Parameters.{name}", f"parameters of type {kind}")
    _check(name, spec, text)
    return [part.strip() for part in text.split(",")] if kind in ("CommaDelimitedList", "List<Number>") else text


def _check(name: str, spec: Mapping[str, Any], text: str) -> None:
    why = spec.get("ConstraintDescription", "")
    allowed = [str(value) for value in spec.get("AllowedValues", [])]
    if allowed and text not in allowed:
        raise TemplateError(f"Parameter {name} is {text!r}, but must be one of {', '.join(allowed)}. {why}")
    pattern = spec.get("AllowedPattern")
    if pattern and not re.fullmatch(str(pattern), text):
        raise TemplateError(f"Parameter {name} is {text!r}, which does not match {pattern}. {why}")
    if spec.get("Type") == "Number":
        _check_range(name, spec, text)


def _check_range(name: str, spec: Mapping[str, Any], text: str) -> None:
    try:
        number = float(text)
    except ValueError as error:
        raise TemplateError(f"Parameter {name} is {text!r}, but must be a number.") from error
    if number < float(spec.get("MinValue", number)) or number > float(spec.get("MaxValue", number)):
        raise TemplateError(
            f"Parameter {name} is {text}, but must be from {spec.get('MinValue')} to {spec.get('MaxValue')}."
        )
