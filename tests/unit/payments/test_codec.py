"""What is written is what is read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commerce.orders import codec as order_codec
from commerce.orders.model import Order, OrderStatus
from commerce.payments.codec import due_shard, from_row, to_row
from commerce.payments.commands import mark_sent, request_cancel, request_capture
from commerce.payments.model import CaptureMethod, CheckoutChoices, Dispute, Failure, MethodDetails, Payment
from commerce.payments.refund_request import request_refund
from commerce.payments.status import PaymentStatus
from commerce.platform.dynamodb import marshal, unmarshal
from tests.builders import NOW, later, order_terms, paid, payment


def full() -> Payment:
    refunded = request_refund(paid(), refund_id="r1", amount=500, reason="duplicate", now=NOW).after
    sent = mark_sent(refunded, refunded.refunds["r1"], later(3)).after
    return replace(
        sent,
        choices=CheckoutChoices(CaptureMethod.MANUAL, "cus_1", "pm_1", off_session=True, save_payment_method=True),
        dispute=Dispute("dp_1", "needs_response", 12_990, "fraudulent"),
        failure=Failure("card_declined", "insufficient_funds", "insufficient_funds"),
        details=MethodDetails("card", "visa", "4242", "apple_pay"),
        capture_before=later(600),
        observed_at=later(1),
        review_reason="still_processing",
        due_at=later(60),
        poll_step=3,
    )


CASES = {
    "new": payment(),
    "full": full(),
    "captured": request_capture(
        payment(PaymentStatus.AUTHORIZED, authorized=900), capture_id="c1", amount=400, now=NOW
    ).after,
    "cancelling": request_cancel(payment(PaymentStatus.UNKNOWN), reason="changed_mind", now=NOW).after,
}


@pytest.mark.parametrize("name", CASES)
def test_a_payment_survives_the_table(name: str) -> None:
    assert from_row(unmarshal(marshal(to_row(CASES[name])))) == CASES[name]


def test_an_order_survives_the_table() -> None:
    order = Order(order_terms(), OrderStatus.OPEN, 3, NOW, later(9), 1, "pay_1", None, ("pay_1",))

    assert order_codec.from_row(unmarshal(marshal(order_codec.to_row(order)))) == order


def test_only_what_is_due_is_in_the_index() -> None:
    assert "due_shard" not in to_row(payment(due_at=None))
    assert to_row(payment(due_at=NOW))["due_shard"] == due_shard("stripe", payment().payment_id)
