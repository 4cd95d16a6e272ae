"""How an attempt begins and ends without an object at the provider."""

from __future__ import annotations

from datetime import datetime

import pytest

from commerce.payments.attempts import abandon, open_attempt, resend, unknown
from commerce.payments.model import Cancellation, CheckoutChoices, CommandStatus, Failure, Payment
from commerce.payments.status import LIVE, PaymentStatus
from commerce.payments.transition import OrderEffect
from tests.builders import NOW, later, order, order_terms, paid, payment

S = PaymentStatus


def opened(store: str = "CommerceTable", order_id: str = "order-1", attempts: int = 0, now: datetime = NOW) -> Payment:
    return open_attempt(
        order(order_terms(order_id), attempts=attempts),
        store=store,
        provider="stripe",
        method="card",
        choices=CheckoutChoices(),
        now=now,
    ).after


@pytest.mark.invariant("PAY-02")
def test_the_same_attempt_has_the_same_key_whoever_opens_it() -> None:
    assert opened().operation_key == opened(now=later(9)).operation_key
    assert opened().operation_key.startswith(opened().payment_id)


@pytest.mark.invariant("PAY-02")
def test_another_attempt_order_or_store_has_another_key() -> None:
    keys = {opened().operation_key, opened(attempts=1).operation_key, opened(order_id="order-2").operation_key}

    assert len(keys | {opened(store="AnotherTable").operation_key}) == 4


@pytest.mark.invariant("PAY-02")
def test_sending_again_keeps_the_first_time_and_the_key() -> None:
    again = resend(opened(), later(60)).after

    assert (again.sent_at, again.last_sent_at) == (NOW, later(60))
    assert again.operation_key == opened().operation_key
    assert again.leased(later(61))


@pytest.mark.invariant("PAY-04")
def test_unknown_contradicts_nobody_who_has_read_the_provider() -> None:
    assert unknown(payment(), "timeout").after.status is S.UNKNOWN
    assert unknown(paid(), "timeout").after.status is S.PAID
    assert unknown(payment(S.ACTION_REQUIRED), "timeout").after.status is S.ACTION_REQUIRED
    assert not unknown(payment(S.UNKNOWN, provider_ref=None), "timeout").facts, "the alarm rings once"


@pytest.mark.parametrize("status", sorted(LIVE - {S.CREATED}))
def test_an_attempt_whose_object_has_shown_up_is_not_abandoned(status: PaymentStatus) -> None:
    transition = abandon(payment(status), Failure("not_created", "try_again_later"))

    assert not transition.after.abandoned
    assert transition.order_effect is OrderEffect.NONE


def test_an_abandoned_attempt_frees_its_order_and_ends_the_wish_to_cancel_it() -> None:
    wish = Cancellation(CommandStatus.REQUESTED, requested_at=NOW)
    waiting = payment(S.UNKNOWN, provider_ref=None, cancellation=wish)

    transition = abandon(waiting, Failure("not_created", "try_again_later"))

    assert transition.order_effect is OrderEffect.RELEASED
    assert transition.after.cancellation is not None
    assert transition.after.cancellation.status is CommandStatus.SUCCEEDED
    assert [fact.type for fact in transition.facts] == ["payment.failed"]
