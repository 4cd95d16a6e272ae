"""What a function's answer means for its batch."""

from __future__ import annotations

import json

import pytest

from local.stack.batches import failed_items
from local.stack.worker import Outcome

BATCH = ["a", "b", "c"]


def outcome(answer: object, *, failed: bool = False) -> Outcome:
    payload = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return Outcome("request", payload, failed, 0.1)


def failures(*names: object) -> dict[str, object]:
    return {"batchItemFailures": [{"itemIdentifier": name} for name in names]}


@pytest.mark.parametrize("answer", [None, {}, b"", {"batchItemFailures": []}, {"batchItemFailures": None}])
def test_nothing_failed(answer: object) -> None:
    assert failed_items(outcome(answer), BATCH, reports=True) == set()


def test_named_items_failed() -> None:
    assert failed_items(outcome(failures("b", "c", "b")), BATCH, reports=True) == {"b", "c"}


@pytest.mark.parametrize(
    "answer",
    [
        failures(""),
        failures(None),
        failures("a", "unknown"),
        failures(["a"]),
        {"batchItemFailures": [{"id": "a"}]},
        {"batchItemFailures": ["a"]},
        {"batchItemFailures": "a"},
        ["a"],
        "a",
        b"{not json",
    ],
)
def test_an_answer_that_makes_no_sense_fails_all(answer: object) -> None:
    assert failed_items(outcome(answer), BATCH, reports=True) == set(BATCH)


def test_an_error_fails_all() -> None:
    assert failed_items(outcome(failures(), failed=True), BATCH, reports=True) == set(BATCH)


def test_without_the_switch_only_errors_count() -> None:
    assert failed_items(outcome(failures("a")), BATCH, reports=False) == set()
    assert failed_items(outcome({}, failed=True), BATCH, reports=False) == set(BATCH)
