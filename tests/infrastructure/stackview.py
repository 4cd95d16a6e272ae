"""The transformed template with everything resolved but the ids that only a deployment knows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.build.artifacts import ROOT
from local.build.blueprint import sample_template, symbolic
from local.stack.transform import Template


@dataclass(frozen=True, slots=True)
class StackView:
    """`resources` maps logical ids to {"Type", "Properties", ...}; a reference is the other's logical id."""

    template: Template
    resources: dict[str, dict[str, Any]]
    outputs: dict[str, Any]

    @classmethod
    def of(cls, path: Path = ROOT / "template.yaml", /, **parameters: str) -> StackView:
        template = sample_template(path, **parameters)
        resolver = symbolic(template)
        resolver.check_rules()
        resources = {
            logical_id: resolver.resolve(resource)
            for logical_id, resource in template.resources.items()
            if "Condition" not in resource or resolver.condition(resource["Condition"])
        }
        return cls(template, resources, resolver.resolve(template.outputs))

    def properties(self, logical_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.resources[logical_id].get("Properties", {})
        return found

    def every(self, kind: str) -> dict[str, dict[str, Any]]:
        """Logical id -> properties, of every resource of a type."""
        return {
            logical_id: self.properties(logical_id)
            for logical_id, resource in self.resources.items()
            if resource["Type"] == kind
        }

    @property
    def functions(self) -> dict[str, dict[str, Any]]:
        return self.every("AWS::Lambda::Function")

    def role_of(self, function: str) -> str:
        """The logical id of a function's role."""
        role: str = self.properties(function)["Role"]
        return role.removesuffix(".Arn")

    def statements(self, role: str) -> list[dict[str, Any]]:
        """Every statement of a role's own policies, with actions and resources as lists."""
        return [
            {**statement, "Action": as_list(statement["Action"]), "Resource": as_list(statement["Resource"])}
            for policy in self.properties(role).get("Policies", [])
            for statement in policy["PolicyDocument"]["Statement"]
        ]

    def alarms_on(self, metric: str, dimension: str, value: str) -> list[dict[str, Any]]:
        """Alarms of one metric whose only dimension has that value."""
        return [
            alarm
            for alarm in self.every("AWS::CloudWatch::Alarm").values()
            if alarm.get("MetricName") == metric and alarm["Dimensions"] == [{"Name": dimension, "Value": value}]
        ]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def logical(reference: str) -> str:
    """The resource behind a symbolic reference: `StripeQueue.Arn` -> `StripeQueue`."""
    return reference.partition(".")[0]
