"""docs/pending-payments.md says what the application does: its calls are taken, its words are the code's."""

from __future__ import annotations

import json
import re
import shlex

import pytest

from commerce.payments.receipts import DiscrepancyKind
from commerce.payments.schedule import OUT_OF_REACH
from commerce.payments.schemas import CancelModel, ConfirmationModel, RefundModel
from commerce.payments.status import PaymentStatus
from commerce.platform.api.models import RequestModel
from tests.unit.pages import ROOT, read, shell_commands, spans

PAGE = ROOT / "docs" / "pending-payments.md"
MODELS: dict[str, type[RequestModel]] = {
    "refunds": RefundModel,
    "confirmations": ConfirmationModel,
    "cancel": CancelModel,
}
CALLS = [line for line in shell_commands(PAGE) if line.startswith("curl") and " -X POST" in line]


@pytest.mark.parametrize("command", CALLS)
def test_every_call_is_one_that_the_api_takes(command: str) -> None:
    words = shlex.split(command)
    route = next(word for word in words if "$API/payments/$PAYMENT/" in word).rpartition("/")[2]
    headers = [words[place + 1] for place, word in enumerate(words) if word == "-H"]
    assert "Authorization: Bearer $OPERATOR" in headers
    assert any(header.startswith("Idempotency-Key: ") for header in headers)
    if "-d" in words:
        body = json.loads(words[words.index("-d") + 1].replace("E…", "E0000"))
        assert "Content-Type: application/json" in headers
        MODELS[route].model_validate(body)
    else:
        assert route == "refresh"


def test_the_calls_above_are_really_looked_at() -> None:
    assert len(CALLS) >= 7


def test_every_state_and_every_kind_of_difference_is_explained() -> None:
    named = set(spans(PAGE))
    settled = {PaymentStatus.CREATED, PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED}
    assert {status.value for status in PaymentStatus if status not in settled} <= named
    assert {"underpaid", "overpaid", "late", "second_payment"} == {kind.value for kind in DiscrepancyKind}
    assert {kind.value for kind in DiscrepancyKind} <= named


@pytest.mark.invariant("PAY-18")
def test_every_reason_for_a_review_is_in_its_table() -> None:
    """Those that the code writes down; the provider's own words and fields stand for themselves."""
    sources = "\n".join(read(path) for path in (ROOT / "layers/commerce/commerce/payments").glob("*.py"))
    held = set(re.findall(r'\.hold\([^"\n]*"(\w+)"', sources)) | {OUT_OF_REACH, "manual_confirmation"}
    assert {"command_overdue", "cancel_refused"} <= held
    assert held <= set(spans(PAGE))
