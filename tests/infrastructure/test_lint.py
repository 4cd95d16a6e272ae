"""cfn-lint has nothing to say of what AWS makes of the template (`make check` asks it of the source as well)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cfnlint.api import lint
from cfnlint.config import ManualArgs

from local.build.transformed import transformed


def findings(template: dict[str, Any]) -> list[str]:
    matches = lint(json.dumps(template), config=ManualArgs(regions=["us-east-1"]))
    return [f"{match.rule.id} {match.message}" for match in matches]


@pytest.mark.invariant("PLT-05")
def test_the_template_as_transformed() -> None:
    assert findings(transformed()) == []


@pytest.mark.invariant("PLT-05")
def test_a_misspelt_action_would_be_found() -> None:
    whole = transformed()
    role = whole["Resources"]["HealthRole"]
    role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"].append(
        {"Effect": "Allow", "Action": ["sqs:SendMesage"], "Resource": {"Fn::GetAtt": ["HealthLogs", "Arn"]}}
    )
    part = {name: whole[name] for name in ("Metadata", "Parameters", "Mappings")}
    part["Resources"] = {name: whole["Resources"][name] for name in ("HealthRole", "HealthLogs")}
    assert [line[:5] for line in findings(part)] == ["W3037"]
