"""A table of answers that are kept for a while, and a table that cannot be reached."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from commerce.platform.cache import TableCache
from commerce.platform.clock import ManualClock
from commerce.platform.errors import ConfigurationError
from tests.builders import NOW
from tests.unit.addresses.rig import Table
from tests.unit.platform.lines import recorded


class Refusing:
    """Every call ends in one error of AWS."""

    def __init__(self, code: str) -> None:
        self._error = ClientError({"Error": {"Code": code, "Message": "m"}}, "GetItem")

    def get_item(self, **_: Any) -> Any:
        raise self._error

    put_item = update_item = delete_item = get_item


def cache(table: Any, clock: ManualClock | None = None) -> TableCache:
    return TableCache(table, "CacheTable", clock or ManualClock(NOW), name="things")


def test_what_is_put_is_got_until_its_end() -> None:
    clock = ManualClock(NOW)
    kept = cache(Table(), clock)
    assert kept.get("a") is None
    kept.put("a", {"n": 1, "t": "x", "list": [{"m": True}]}, timedelta(hours=1))
    clock.advance(3599)
    assert kept.get("a") == {"n": 1, "t": "x", "list": [{"m": True}]}
    clock.advance(1)
    assert kept.get("a") is None, "DynamoDB may delete it days later"


def test_a_table_that_is_out_of_reach_is_an_empty_one() -> None:
    kept = cache(Refusing("ThrottlingException"))
    with recorded() as lines:
        assert kept.get("a") is None
        kept.put("a", {"n": 1}, timedelta(hours=1))
    assert [line["message"] for line in lines.logs] == ["cache not read", "cache not written"]
    outcomes = {line["outcome"] for line in lines.metrics if "cache" in line}
    assert outcomes == {"unreachable", "unwritten"}


def test_a_table_that_is_missing_is_a_mistake_to_be_seen() -> None:
    with pytest.raises(ConfigurationError):
        cache(Refusing("ResourceNotFoundException")).get("a")
    with pytest.raises(ConfigurationError):
        cache(Refusing("AccessDeniedException")).put("a", {}, timedelta(hours=1))
