"""Intrinsic functions become the values that CloudFormation would give."""

from __future__ import annotations

from typing import Any

import pytest

from local.stack.errors import TemplateError, UnsupportedResource
from local.stack.resolve import Resolver
from local.stack.transform import Template


class Lookup:
    def ref(self, logical_id: str) -> str:
        return f"ref-{logical_id}"

    def attribute(self, logical_id: str, name: str) -> str:
        return f"{logical_id}/{name}"


def resolver(rules: dict[str, Any] | None = None) -> Resolver:
    template = Template(
        resources={},
        parameters={"Stage": "dev", "Zones": ["a", "b"], "Count": "0"},
        conditions={
            "IsDev": {"Fn::Equals": [{"Ref": "Stage"}, "dev"]},
            "IsProd": {"Fn::Not": [{"Condition": "IsDev"}]},
            "None": {"Fn::Equals": [{"Ref": "Count"}, 0]},
            "Both": {"Fn::And": [{"Condition": "IsDev"}, {"Condition": "None"}]},
            "Either": {"Fn::Or": [{"Condition": "IsProd"}, {"Condition": "None"}]},
        },
        mappings={"ByStage": {"dev": {"Days": 14}}},
        rules=rules or {},
        outputs={},
        code={},
    )
    return Resolver(template, {"AWS::Region": "us-east-1", "AWS::StackName": "shop"}, Lookup())


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Stage"}, "dev"),
        ({"Ref": "Zones"}, ["a", "b"]),
        ({"Ref": "AWS::StackName"}, "shop"),
        ({"Ref": "Table"}, "ref-Table"),
        ({"Fn::GetAtt": ["Table", "Arn"]}, "Table/Arn"),
        ({"Fn::GetAtt": "Table.Stream.Arn"}, "Table/Stream.Arn"),
        ({"Fn::Sub": "${AWS::StackName}-${Table}-${Table.Arn}-${!kept}"}, "shop-ref-Table-Table/Arn-${kept}"),
        ({"Fn::Sub": ["${x}:${Stage}", {"x": {"Fn::Join": ["/", [1, "b"]]}}]}, "1/b:dev"),
        ({"Fn::If": ["IsDev", [1], [2]]}, [1]),
        ({"a": {"Fn::If": ["IsProd", 1, {"Ref": "AWS::NoValue"}]}, "b": 2}, {"b": 2}),
        ([1, {"Ref": "AWS::NoValue"}], [1]),
        ({"Fn::Select": ["1", {"Fn::Split": [",", "x,y"]}]}, "y"),
        ({"Fn::FindInMap": ["ByStage", {"Ref": "Stage"}, "Days"]}, 14),
        ({"Fn::Base64": "hi"}, "aGk="),
        ({"Fn::Sub": ["${flag}", {"flag": True}]}, "true"),
    ],
)
def test_value(value: Any, expected: Any) -> None:
    assert resolver().resolve(value) == expected


@pytest.mark.parametrize(
    ("name", "holds"), [("IsDev", True), ("IsProd", False), ("None", True), ("Both", True), ("Either", True)]
)
def test_condition(name: str, holds: bool) -> None:
    assert resolver().condition(name) is holds


@pytest.mark.parametrize(
    "value",
    [
        {"Fn::ImportValue": "other-stack"},
        {"Fn::GetAZs": ""},
        {"Fn::Transform": {"Name": "AWS::Include"}},
        "{{resolve:ssm:name}}",
    ],
)
def test_what_is_not_known_is_refused_by_name(value: Any) -> None:
    with pytest.raises(UnsupportedResource) as refusal:
        resolver().resolve({"Property": [value]})
    assert (next(iter(value)) if isinstance(value, dict) else value) in refusal.value.message


def test_a_missing_map_entry_is_named() -> None:
    with pytest.raises(TemplateError, match=r"ByStage\.prod\.Days"):
        resolver().resolve({"Fn::FindInMap": ["ByStage", "prod", "Days"]})


def test_a_broken_rule_speaks_for_itself() -> None:
    rule = {
        "RuleCondition": {"Fn::Equals": [{"Ref": "Stage"}, "dev"]},
        "Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "Count"}, "1"]}, "AssertDescription": "dev needs one"}],
    }
    with pytest.raises(TemplateError, match="dev needs one"):
        resolver({"OneInDev": rule}).check_rules()
    rule["RuleCondition"] = {"Fn::Equals": ["a", "b"]}
    resolver({"OneInDev": rule}).check_rules()
