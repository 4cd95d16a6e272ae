"""Logs and metrics: ids and codes only, one JSON line each, through Powertools."""

from __future__ import annotations

import functools
import json
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider

from commerce.platform.errors import IntegrationError
from commerce.platform.lambda_types import Context, Event
from commerce.platform.redaction import redacted, redacted_values, suspicious

NAMESPACE = "Commerce"
DIMENSIONS = frozenset({"provider", "operation", "outcome"})
"""Each pair of values is a metric that CloudWatch bills for: never an id, an amount or a person."""

_encode = json.JSONEncoder(separators=(",", ":"), default=str).encode

type _Labels = tuple[tuple[str, str], ...]


class RedactingFormatter(LambdaPowertoolsFormatter):
    """Powertools' JSON line, without what no log line may carry (AUT-04)."""

    def serialize(self, log: Any) -> str:
        fields = redacted(log)
        line = _encode(fields)
        # Inside the fields and not in the line, where a cut could go through the middle of an escape.
        return _encode(redacted_values(json.loads(line))) if suspicious(line) else line

    def formatException(  # noqa: N802 - the name is logging's
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """Where it broke and what kind of error it was; the text of a foreign exception may hold anybody's data."""
        frames = traceback.extract_tb(ei[2])
        kind = "" if ei[0] is None else ei[0].__name__
        return "\n".join([*(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames), kind])


def create_logger(stream: Any = None) -> Logger:
    """A logger of this application; `stream` is standard output unless a test reads it."""
    return Logger(
        logger_formatter=RedactingFormatter(utc=True, use_rfc3339=True, serialize_stacktrace=False),
        stream=stream or sys.stdout,
    )


logger = create_logger()

_counts: dict[tuple[str, _Labels], float] = {}
_counting = threading.Lock()
"""Several sources may be asked at once, each in a thread that counts."""


def count(name: str, value: float = 1, **dimensions: str) -> None:
    """Add to a metric of this invocation; it is written once, when the handler returns.

    Args:
        dimensions: provider, operation, outcome; words from a short list.
    """
    if not dimensions.keys() <= DIMENSIONS:
        raise ValueError(f"Metrics have the dimensions {', '.join(sorted(DIMENSIONS))} only.")
    key = (name, tuple(sorted(dimensions.items())))
    with _counting:
        _counts[key] = _counts.get(key, 0) + value


def flush_metrics() -> None:
    """Write what was counted, one EMF line for each set of dimensions."""
    written: set[_Labels] = set()
    with _counting:
        counted = dict(_counts)
        _counts.clear()
    for (name, labels), value in counted.items():
        _emf_line(labels).add_metric(name, "Count", value)
        written.add(labels)
    for labels in written:
        line = _emf_line(labels)
        sys.stdout.write(_encode(line.serialize_metric_set()) + "\n")
        line.metric_set.clear()


@functools.cache
def _emf_line(labels: _Labels) -> AmazonCloudWatchEMFProvider:
    # Kept, because making one costs more than everything else that a metric needs; the label sets are few.
    namespace = os.environ.get("POWERTOOLS_METRICS_NAMESPACE", NAMESPACE)
    return AmazonCloudWatchEMFProvider(metric_set={}, dimension_set=dict(labels), namespace=namespace)


def observed[T](handler: Callable[[Event, Context], T]) -> Callable[[Event, Context], T]:
    """Wrap a Lambda handler: its log lines carry the request id, and its metrics are written when it is done.

    The event itself is never logged.
    """

    @functools.wraps(handler)
    def wrapper(event: Event, context: Context) -> T:
        logger.append_keys(function_request_id=context.aws_request_id)
        try:
            return handler(event, context)
        finally:
            flush_metrics()

    return wrapper


@contextmanager
def correlated(correlation_id: str | None) -> Iterator[None]:
    """Log lines inside the block carry the id that ties one story together across functions."""
    logger.set_correlation_id(correlation_id)
    try:
        yield
    finally:
        logger.set_correlation_id(None)


def log_failure(message: str, error: BaseException, **fields: object) -> None:
    """One line for a failure: code and message of ours, type and place of anything else."""
    if isinstance(error, IntegrationError):
        logger.error(message, stacklevel=3, extra={**fields, **_told(error)})
        return
    facts = {**fields, "code": "internal_error", "error_type": type(error).__name__}
    logger.error(message, stacklevel=3, exc_info=(type(error), error, error.__traceback__), extra=facts)


def _told(error: IntegrationError) -> dict[str, object]:
    return {
        "code": error.code,
        "reason": error.message,
        "retryable": error.retryable,
        "ambiguous": error.ambiguous,
        "provider_ref": error.provider_ref,
        "cause": None if error.__cause__ is None else type(error.__cause__).__name__,
    }
