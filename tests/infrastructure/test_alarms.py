"""Alarms reach somebody, and listen to what the code really counts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commerce.platform import observability
from local.build.artifacts import ROOT
from tests.infrastructure.metrics_insights import MetricsQuery
from tests.infrastructure.stackview import StackView

BUSINESS = [
    "MessagesRejected",
    "MessagesUnknown",
    "OutboxStale",
    "PaymentDiscrepancies",
    "PaymentsInReview",
    "PaymentsLate",
    "PaymentsQuarantined",
    "PaymentsSurplus",
    "PaymentsUnknown",
    "ProviderCircuitOpen",
    "RefundsFailed",
    "UnknownProviderStatus",
]


def query(stack: StackView, name: str) -> MetricsQuery:
    (metric,) = stack.properties(f"{name}Alarm")["Metrics"]
    return MetricsQuery.parse(metric["Expression"])


def test_every_alarm_goes_to_the_topic_and_says_what_to_do(stack: StackView) -> None:
    for name, alarm in stack.every("AWS::CloudWatch::Alarm").items():
        assert alarm["AlarmActions"] == ["AlarmTopic"], name
        assert alarm["TreatMissingData"] == "notBreaching", name
        assert len(alarm["AlarmDescription"]) > 40, name


def test_somebody_hears_of_it_if_an_address_is_given() -> None:
    view = StackView.of(AlarmEmail="ops@store.example")
    assert view.properties("AlarmSubscription")["Endpoint"] == "ops@store.example"
    assert "AlarmSubscription" not in StackView.of().resources


def test_these_are_the_alarms_of_the_business(stack: StackView) -> None:
    alarms = stack.every("AWS::CloudWatch::Alarm")
    assert sorted(name.removesuffix("Alarm") for name, alarm in alarms.items() if "Metrics" in alarm) == BUSINESS


@pytest.mark.parametrize("name", BUSINESS)
def test_the_code_counts_what_the_alarm_listens_to(stack: StackView, name: str) -> None:
    asked = query(stack, name)
    assert asked.namespace == observability.NAMESPACE
    assert set(asked.filters) - {"service"} <= observability.DIMENSIONS
    assert any(f'"{asked.metric}"' in path.read_text(encoding="utf-8") for path in _sources())


@pytest.mark.parametrize("name", BUSINESS)
def test_a_count_carries_the_service_that_the_alarm_asks_for(
    stack: StackView, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = query(stack, name)
    variables = stack.properties("StripeWorkerFunction")["Environment"]["Variables"]
    for key in ("POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE"):
        monkeypatch.setenv(key, variables[key])
    observability._emf_line.cache_clear()
    observability.flush_metrics()
    capsys.readouterr()

    own = {key: value for key, value in asked.filters.items() if key != "service"}
    observability.count(asked.metric, 1, **own)
    observability.flush_metrics()

    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    (declared,) = line["_aws"]["CloudWatchMetrics"]
    assert declared["Namespace"] == asked.namespace
    assert {key: line[key] for key in declared["Dimensions"][0]} == asked.filters
    observability._emf_line.cache_clear()


def _sources() -> list[Path]:
    return [path for folder in ("layers", "functions") for path in (ROOT / folder).rglob("*.py")]
