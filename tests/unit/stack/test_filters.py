"""Filter patterns let through what Lambda would let through, and unknown operators are refused."""

from __future__ import annotations

from typing import Any

import pytest

from local.stack.errors import UnsupportedResource
from local.stack.filters import check_pattern, matches

OUTBOX = {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"kind": {"S": ["outbox"]}}}}


def record(name: str = "INSERT", **image: Any) -> dict[str, Any]:
    return {"eventName": name, "dynamodb": {"NewImage": image}}


@pytest.mark.parametrize(
    ("event", "through"),
    [
        (record(kind={"S": "outbox"}), True),
        (record("MODIFY", kind={"S": "outbox"}), False),
        (record(kind={"S": "other"}), False),
        (record(kind={"N": "1"}), False),
        (record(), False),
        ({"eventName": "INSERT"}, False),
    ],
)
def test_nested_pattern(event: dict[str, Any], through: bool) -> None:
    check_pattern("Source", OUTBOX)
    assert matches(OUTBOX, event) is through


@pytest.mark.parametrize(
    ("alternatives", "value", "fits"),
    [
        ([{"prefix": "ord"}], "order", True),
        ([{"prefix": "ord"}], 7, False),
        ([{"suffix": "er"}], "order", True),
        ([{"equals-ignore-case": "ORDER"}], "order", True),
        ([{"anything-but": ["a", "b"]}], "c", True),
        ([{"anything-but": "a"}], "a", False),
        ([{"anything-but": {"prefix": "a"}}], "abc", False),
        ([{"numeric": [">", 0, "<=", 10]}], 10, True),
        ([{"numeric": [">", 0]}], 0, False),
        ([{"numeric": ["=", 1]}], True, False),
        ([{"exists": True}], "x", True),
        ([{"exists": False}], "x", False),
        (["a", {"prefix": "b"}], "bc", True),
        ([1], True, False),
        (["a"], ["x", "a"], True),
        ([None], None, True),
    ],
)
def test_operator(alternatives: list[Any], value: Any, fits: bool) -> None:
    pattern = {"field": alternatives}
    check_pattern("Source", pattern)
    assert matches(pattern, {"field": value}) is fits


def test_a_missing_field() -> None:
    assert matches({"field": [{"exists": False}]}, {})
    assert not matches({"field": [{"anything-but": "a"}]}, {})


@pytest.mark.parametrize("pattern", [{"a": [{"cidr": "10.0.0.0/8"}]}, {"$or": [{"a": ["b"]}]}, {"a": "text"}])
def test_unknown_patterns_are_refused(pattern: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedResource, match="Source"):
        check_pattern("Source", pattern)
