"""CloudFormation's intrinsic functions: a template's value -> a plain value.

Source: CloudFormation User Guide, "Intrinsic function reference". What is not here is refused by name.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from local.stack.errors import TemplateError, UnsupportedResource
from local.stack.transform import Template

_NO_VALUE = object()
_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]+)\}")


class Lookup(Protocol):
    """Where references to resources lead; asking for one may create it."""

    def ref(self, logical_id: str) -> str: ...

    def attribute(self, logical_id: str, name: str) -> str: ...


class Resolver:
    """Resolves values of one template.

    Args:
        pseudo: values of `AWS::Region` and its like.
    """

    def __init__(self, template: Template, pseudo: Mapping[str, Any], lookup: Lookup) -> None:
        self._template = template
        self._pseudo = pseudo
        self._lookup = lookup
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::Join": lambda a: str(self.resolve(a[0])).join(str(part) for part in self.resolve(a[1])),
            "Fn::If": lambda a: self._resolve(a[1] if self.condition(a[0]) else a[2]),
            "Fn::Select": lambda a: self.resolve(a[1])[int(self.resolve(a[0]))],
            "Fn::Split": lambda a: str(self.resolve(a[1])).split(str(self.resolve(a[0]))),
            "Fn::FindInMap": self._find_in_map,
            "Fn::Base64": lambda a: base64.b64encode(str(self.resolve(a)).encode()).decode(),
            **{name: self._as_text(name) for name in ("Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not")},
        }

    def resolve(self, value: Any) -> Any:
        """The plain value; parts that are `AWS::NoValue` are left out.

        Raises:
            UnsupportedResource: the value uses a function that the local stack does not know.
            TemplateError: it refers to something that does not exist.
        """
        resolved = self._resolve(value)
        return None if resolved is _NO_VALUE else resolved

    def condition(self, condition: Any) -> bool:
        """Whether a condition, given by name or written out, holds."""
        if isinstance(condition, str):
            if condition not in self._template.conditions:
                raise TemplateError(f"There is no condition {condition}.")
            return self.condition(self._template.conditions[condition])
        (name, arguments), *_ = condition.items()
        match name:
            case "Condition":
                return self.condition(arguments)
            case "Fn::Equals":
                return _text(self.resolve(arguments[0])) == _text(self.resolve(arguments[1]))
            case "Fn::And":
                return all(self.condition(part) for part in arguments)
            case "Fn::Or":
                return any(self.condition(part) for part in arguments)
            case "Fn::Not":
                return not self.condition(arguments[0])
            case _:
                raise UnsupportedResource("Conditions", f"the function {name}")

    def check_rules(self) -> None:
        """Raises `TemplateError` with the rule's own words when an assertion of the template's Rules fails."""
        for name, rule in self._template.rules.items():
            if "RuleCondition" in rule and not self.condition(rule["RuleCondition"]):
                continue
            for assertion in rule["Assertions"]:
                if not self.condition(assertion["Assert"]):
                    raise TemplateError(f"Rule {name} is broken: {assertion.get('AssertDescription', assertion)}")

    def _as_text(self, name: str) -> Callable[[Any], Any]:
        return lambda arguments: self.condition({name: arguments})

    def _resolve(self, value: Any) -> Any:
        if isinstance(value, dict):
            if len(value) == 1:
                name, arguments = next(iter(value.items()))
                if name in self._functions:
                    return self._functions[name](arguments)
                if name.startswith("Fn::"):
                    raise UnsupportedResource(name, f"the function {name}")
            pairs = ((key, self._resolve(part)) for key, part in value.items())
            return {key: part for key, part in pairs if part is not _NO_VALUE}
        if isinstance(value, list):
            return [part for part in map(self._resolve, value) if part is not _NO_VALUE]
        if isinstance(value, str) and "{{resolve:" in value:
            raise UnsupportedResource(value, "dynamic references")
        return value

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return _NO_VALUE
        if name in self._pseudo:
            return self._pseudo[name]
        if name in self._template.parameters:
            return self._template.parameters[name]
        return self._lookup.ref(name)

    def _get_att(self, arguments: Any) -> str:
        logical_id, name = arguments.split(".", 1) if isinstance(arguments, str) else arguments
        return self._lookup.attribute(logical_id, self.resolve(name))

    def _sub(self, arguments: Any) -> str:
        text, local = (arguments, {}) if isinstance(arguments, str) else arguments

        def replace(match: re.Match[str]) -> str:
            literal, name = match.group(1), match.group(2).strip()
            if literal:
                return f"${{{name}}}"
            if name in local:
                return _text(self.resolve(local[name]))
            return _text(self._get_att(name) if "." in name else self._ref(name))

        return _PLACEHOLDER.sub(replace, text)

    def _find_in_map(self, arguments: Any) -> Any:
        names = [self.resolve(part) for part in arguments]
        value: Any = self._template.mappings
        for name in names:
            if name not in value:
                raise TemplateError(f"Mappings has no entry {'.'.join(names)}.")
            value = value[name]
        return value


def _text(value: Any) -> str:
    """As CloudFormation writes a scalar into a string: booleans in lower case."""
    return str(value).lower() if isinstance(value, bool) else str(value)
