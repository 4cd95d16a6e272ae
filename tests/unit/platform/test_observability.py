"""Log lines and metrics: what they hold, and what they never do."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from commerce.platform.errors import ConfigurationError, ProviderAmbiguous
from commerce.platform.lambda_types import Context, Event
from commerce.platform.observability import correlated, count, flush_metrics, log_failure, logger, observed
from tests.conftest import FakeContext
from tests.unit.platform.lines import recorded

CARD = "4242424242424242"
EMAIL = "maria@example.com"


def test_a_line_is_json_with_ids_and_a_time() -> None:
    with recorded() as lines, correlated("req-1"):
        logger.info("payment moved", extra={"payment_id": "pay_1", "status": "paid"})
    (line,) = lines
    assert line["level"] == "INFO"
    assert line["message"] == "payment moved"
    assert line["payment_id"] == "pay_1"
    assert line["correlation_id"] == "req-1"
    assert line["service"] == "test"
    assert line["timestamp"].endswith("+00:00")


def test_a_correlation_id_ends_with_its_block() -> None:
    with recorded() as lines:
        with correlated("req-1"):
            pass
        logger.info("after")
    assert "correlation_id" not in lines[0]


@pytest.mark.invariant("AUT-04")
def test_private_data_never_reaches_a_line() -> None:
    with recorded() as lines:
        logger.info(f"mail to {EMAIL}")
        logger.warning("declined", extra={"reason": f"card {CARD}", "client_secret": "pi_1_secret_x", "tax_id": "1"})
        logger.error({"message": "structured", "buyer": {"name": "Maria", "email": EMAIL}})
        logger.info("x", authorization="Bearer abcdefghijkl")
    assert lines.text.count("[redacted]") == 6
    for private in (EMAIL, CARD, "pi_1_secret_x", "Maria", "abcdefghijkl"):
        assert private not in lines.text


@pytest.mark.invariant("AUT-04")
@pytest.mark.parametrize(
    "text",
    [
        "line\nmaria@example.com",
        'say "maria@example.com"',
        "\u2028maria@example.com\x85",
        "\ud800 maria@example.com",
        "joão@example.com maria@example.com",
    ],
)
def test_a_line_stays_one_line_of_json_whatever_it_held(text: str) -> None:
    with recorded() as lines:
        logger.info("x", extra={"note": text})
    assert len(lines) == 1
    assert "maria" not in lines.text
    assert "[redacted]" in lines[0]["note"]


@pytest.mark.invariant("AUT-04")
def test_a_foreign_exception_is_told_by_type_and_place_only() -> None:
    with recorded() as lines:
        try:
            raise ValueError(f"could not parse {EMAIL} of Maria Silva")
        except ValueError as error:
            log_failure("worker failed", error, payment_id="pay_1")
    (line,) = lines
    assert line["error_type"] == "ValueError"
    assert line["code"] == "internal_error"
    assert line["payment_id"] == "pay_1"
    assert "test_observability.py" in line["exception"]
    assert "Maria" not in lines.text


def test_our_own_error_is_told_by_code_and_message() -> None:
    with recorded() as lines:
        try:
            raise ProviderAmbiguous("stripe did not answer in full.", provider_ref="req_1") from TimeoutError("x")
        except ProviderAmbiguous as error:
            log_failure("call failed", error)
    (line,) = lines
    assert line["code"] == "provider_outcome_unknown"
    assert line["reason"] == "stripe did not answer in full."
    assert (line["ambiguous"], line["retryable"]) == (True, False)
    assert line["provider_ref"] == "req_1"
    assert line["cause"] == "TimeoutError"
    assert "exception" not in line


def test_metrics_of_one_invocation_are_one_line_for_each_set_of_dimensions() -> None:
    with recorded() as lines:
        count("message", operation="stripe", outcome="done")
        count("message", operation="stripe", outcome="done")
        count("late", 3, operation="stripe", outcome="done")
        count("message", operation="stripe", outcome="internal_error")
        flush_metrics()
        flush_metrics()
    assert sorted(lines.metrics, key=lambda line: line["outcome"]) == [
        {"operation": "stripe", "outcome": "done", "service": "test", "message": [2.0], "late": [3.0]},
        {"operation": "stripe", "outcome": "internal_error", "service": "test", "message": [1.0]},
    ]


def test_a_metric_is_no_place_for_ids() -> None:
    with pytest.raises(ValueError, match="dimensions"):
        count("message", payment_id="pay_1")


@pytest.mark.invariant("AUT-04")
def test_a_handler_is_observed_and_its_event_is_not_logged(context: FakeContext) -> None:
    @observed
    def handler(event: Event, _context: Context) -> dict[str, Any]:
        count("webhook", provider="stripe", outcome="queued")
        logger.info("handled")
        if event.get("broken"):
            raise ConfigurationError("no table")
        return {"ok": True}

    with recorded() as lines:
        assert handler({"body": "hunter2"}, context) == {"ok": True}
        with pytest.raises(ConfigurationError):
            handler({"broken": True}, context)
    assert [line["function_request_id"] for line in lines.logs] == [context.aws_request_id] * 2
    assert [line["webhook"] for line in lines.metrics] == [[1.0], [1.0]]
    assert "hunter2" not in lines.text


def test_threads_count_together() -> None:
    def work() -> None:
        for _ in range(1000):
            count("seen", provider="acme")

    with recorded() as lines:
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    (metric,) = lines.metrics
    assert metric["seen"] == [8000.0]
