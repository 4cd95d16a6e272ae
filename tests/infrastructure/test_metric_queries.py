"""Alarms on queries are such as CloudWatch takes; nothing but a deployment would say so otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from tests.infrastructure.metrics_insights import MetricsQuery
from tests.infrastructure.stackview import StackView

OF_ONE_METRIC = {"Namespace", "MetricName", "Dimensions", "Statistic", "ExtendedStatistic", "Period", "Unit"}
THREE_HOURS = 3 * 3600


@pytest.fixture(scope="module")
def alarms(stack: StackView) -> dict[str, dict[str, Any]]:
    """Logical id -> properties, of every alarm on a query."""
    return {name: alarm for name, alarm in stack.every("AWS::CloudWatch::Alarm").items() if "Metrics" in alarm}


def test_every_name_of_every_query_is_quoted(alarms: dict[str, dict[str, Any]]) -> None:
    queries = [MetricsQuery.parse(metric["Expression"]) for alarm in alarms.values() for metric in alarm["Metrics"]]
    assert {query.function for query in queries} == {"SUM"}
    assert "operation" in {name for query in queries for name in query.filters}, "a reserved word is in use"


@pytest.mark.parametrize(
    "query",
    [
        'SELECT SUM("outbox") FROM "Commerce" WHERE "service" = \'shop\' AND operation = \'sweep\'',
        'SELECT SUM("outbox") FROM "Commerce" WHERE operation = \'sweep\' AND "service" = \'shop\'',
        'SELECT SUM(state) FROM "Commerce" WHERE "service" = \'shop\'',
        'SELECT SUM("outbox") FROM Source WHERE "service" = \'shop\'',
        'SELECT SUM("outbox") FROM "Commerce" WHERE "service" = "shop"',
        'SELECT P99("outbox") FROM "Commerce" WHERE "service" = \'shop\'',
        'SELECT SUM("outbox") FROM "Commerce" WHERE "service" = \'shop\' GROUP BY "operation"',
    ],
)
def test_what_cloudwatch_would_not_take_or_not_sum_up_is_noticed(query: str) -> None:
    with pytest.raises(ValueError, match="Not of the form"):
        MetricsQuery.parse(query)


def test_an_alarm_on_a_query_has_the_shape_that_cloudwatch_asks_for(alarms: dict[str, dict[str, Any]]) -> None:
    """CloudWatch API Reference, PutMetricAlarm and MetricDataQuery; without its own Period such an alarm is refused."""
    for name, alarm in alarms.items():
        assert not OF_ONE_METRIC & set(alarm), name
        (query,) = alarm["Metrics"]
        assert set(query) == {"Id", "Expression", "Period", "ReturnData"}, name
        assert query["Id"][0].islower(), name
        assert query["ReturnData"] is True, name
        assert len(query["Expression"]) <= 2048, name


def test_a_query_looks_back_no_further_than_it_can(alarms: dict[str, dict[str, Any]]) -> None:
    """CloudWatch User Guide, "Metrics Insights quotas": full minutes, the last three hours."""
    for name, alarm in alarms.items():
        (query,) = alarm["Metrics"]
        assert query["Period"] % 60 == 0, name
        assert query["Period"] * alarm["EvaluationPeriods"] <= THREE_HOURS, name
        assert 1 <= alarm["DatapointsToAlarm"] <= alarm["EvaluationPeriods"], name
