"""When a Pix and a boleto are asked about: as PAY-18 says, minute by minute or in banking hours, and then no more."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commerce.payments.brazil import SAO_PAULO, end_of_day, local_date
from commerce.payments.model import Payment
from commerce.payments.receipts import Receipt
from commerce.payments.schedule import PollSchedule
from commerce.payments.status import PaymentStatus
from tests.builders import NOW, later, payment

S = PaymentStatus
SCHEDULE = PollSchedule()
DUE = datetime(2026, 11, 27, tzinfo=SAO_PAULO).date()


def looks(waiting: Payment, now: datetime) -> Iterator[datetime]:
    while not SCHEDULE.is_over(waiting, now):
        waiting = SCHEDULE.reschedule(waiting, now)
        assert waiting.due_at is not None, "never silence"
        now = waiting.due_at
        yield now


def pix(status: PaymentStatus = S.ACTION_REQUIRED, seconds: int = 1800) -> Payment:
    return payment(status, method="pix", expires_at=later(seconds), waiting_since=NOW)


def boleto(status: PaymentStatus = S.ACTION_REQUIRED) -> Payment:
    return payment(status, method="boleto", expires_at=end_of_day(DUE), waiting_since=NOW)


@pytest.mark.invariant("PAY-18")
def test_a_pix_is_asked_about_every_minute_until_ten_minutes_after_its_end() -> None:
    taken = list(looks(pix(), NOW))

    pauses = {(b - a).total_seconds() for a, b in itertools.pairwise(taken)}
    assert max(pauses) <= 60
    assert taken[-1] == later(1800 + 600)
    assert not SCHEDULE.is_over(pix(), later(2399))


@pytest.mark.invariant("PAY-18", "PAY-22")
def test_a_pix_with_a_due_date_far_ahead_costs_a_look_an_hour() -> None:
    taken = list(looks(pix(seconds=3 * 86_400), NOW))

    assert len(taken) <= 3 * 24 + 2


@pytest.mark.invariant("PAY-18")
@pytest.mark.parametrize("status", [S.EXPIRED, S.CANCELED])
def test_a_pix_that_is_over_is_looked_at_daily_for_two_days(status: PaymentStatus) -> None:
    over = pix(status)

    assert SCHEDULE.next_due(over, later(2400)) == later(1800) + timedelta(days=1)
    assert SCHEDULE.next_due(over, later(1800) + timedelta(days=1)) == later(1800) + timedelta(days=2)
    assert SCHEDULE.next_due(over, later(1800) + timedelta(days=2)) is None


@pytest.mark.invariant("PAY-18")
def test_a_boleto_is_asked_about_hourly_in_banking_hours_until_seven_business_days_after_it_is_due() -> None:
    taken = list(looks(boleto(), NOW))

    *hourly, last = taken
    local = [look.astimezone(SAO_PAULO) for look in hourly]
    assert {(look.minute, look.second) for look in local} == {(0, 0)}
    assert {look.hour for look in local} == set(range(10, 17))
    assert {look.weekday() for look in local} <= set(range(5))
    assert local_date(last) == datetime(2026, 12, 8, tzinfo=UTC).date(), "27 November and seven business days"
    assert len(taken) < 100


@pytest.mark.invariant("PAY-18")
def test_a_cancelled_boleto_is_looked_at_once_a_day_for_as_long() -> None:
    now, days = NOW, []
    while (look := SCHEDULE.next_due(boleto(S.CANCELED), now)) is not None:
        days.append(local_date(look))
        now = look

    assert days == sorted(set(days)), "once a day"
    assert 8 <= len(days) <= 11


@pytest.mark.invariant("PAY-18")
@pytest.mark.parametrize("method", ["pix", "boleto"])
def test_one_whose_creation_is_in_doubt_is_found_out_about_on_the_cards_clock(method: str) -> None:
    unknown = replace(pix(S.UNKNOWN), method=method, provider_ref=None)

    assert SCHEDULE.next_due(unknown, NOW) == later(60)
    assert SCHEDULE.is_over(unknown, later(3600))


@pytest.mark.invariant("PAY-20", "PAY-21")
@pytest.mark.parametrize("status", [S.PAID, S.PARTIALLY_REFUNDED, S.REFUNDED])
def test_what_is_paid_is_looked_at_for_a_second_payment_until_the_method_s_end(status: PaymentStatus) -> None:
    assert SCHEDULE.next_due(pix(status), NOW) == later(1800) + timedelta(days=1)
    assert SCHEDULE.next_due(pix(status), later(1800) + timedelta(days=2)) is None
    daily = SCHEDULE.next_due(boleto(status), NOW)
    assert daily is not None
    assert daily - NOW <= timedelta(days=1, hours=4)


@pytest.mark.invariant("PAY-21")
def test_what_waits_for_a_person_is_looked_at_for_the_rest() -> None:
    short = replace(boleto(S.REVIEW), receipts={"r": Receipt("r", 1, NOW)}, captured=1)
    assert SCHEDULE.next_due(short, NOW) is not None
    assert SCHEDULE.next_due(boleto(S.REVIEW), NOW) is None


def test_a_card_that_is_paid_is_left_alone() -> None:
    assert SCHEDULE.next_due(payment(S.PAID), NOW) is None
