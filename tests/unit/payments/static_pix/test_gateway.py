"""A Pix without any provider: made offline, ended by time or by a person, paid when a person says so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commerce.payments.acceptance import record_receipt
from commerce.payments.attempts import open_attempt
from commerce.payments.gateways.static_pix.gateway import StaticPixGateway
from commerce.payments.instructions import Instructions
from commerce.payments.late import LatePolicy
from commerce.payments.model import CheckoutChoices, CommandStatus, Payment, Refund
from commerce.payments.observe import PaymentRules
from commerce.payments.opening import start_request
from commerce.payments.pix.brcode import parse_brcode
from commerce.payments.receipts import Receipt
from commerce.payments.schedule import PollSchedule
from commerce.payments.status import PaymentStatus
from commerce.platform.clock import ManualClock
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ConfigurationError, Conflict, ProviderMissing, ProviderRefused, Unprocessable
from commerce.platform.money import Money
from commerce.platform.secrets import StaticSecrets
from tests.builders import NOW, PRICE, later, order, order_terms, payment

S = PaymentStatus
KEY = "123e4567-e12b-12d1-a456-426655440000"
STORE = {"pix_key": KEY, "merchant_name": "Loja do João", "merchant_city": "São Paulo"}
RULES = PaymentRules(livemode=False, late_policy=LatePolicy.REFUND, schedule=PollSchedule())


def gateway(**fields: str) -> StaticPixGateway:
    return StaticPixGateway(StaticSecrets({"pix": {**STORE, **fields}}), "pix", livemode=False, clock=ManualClock(NOW))


def attempt() -> Payment:
    return open_attempt(
        order(),
        store="T",
        provider="static_pix",
        method="pix",
        choices=CheckoutChoices(),
        now=NOW,
        expires_at=later(1800),
    ).after


def started(by: StaticPixGateway | None = None) -> Instructions:
    reading = (by or gateway()).start(start_request(attempt()), order_terms(), key="k", deadline=Deadline.after(1))
    assert reading.snapshot.instructions is not None
    return reading.snapshot.instructions


def waiting() -> Payment:
    return payment(
        S.PENDING,
        provider="static_pix",
        method="pix",
        provider_ref="tx",
        instructions=started(),
        expires_at=later(1800),
    )


def test_the_code_pays_the_store_s_key_the_order_s_amount_and_says_that_a_person_confirms_it() -> None:
    issued = started()
    code = parse_brcode(issued.pix_code or "")
    assert (code.key, code.amount, code.merchant_name, code.merchant_city) == (KEY, PRICE, "Loja do Joao", "Sao Paulo")
    assert issued.manual
    assert issued == started(), "the same for every try"


@pytest.mark.parametrize("field", list(STORE))
def test_without_the_store_s_own_data_it_says_what_to_set(field: str) -> None:
    with pytest.raises(ConfigurationError, match=field):
        started(gateway(**{field: "REPLACE_ME"}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"pix_key": "(11) 99999-9999"},
        {"pix_key": "529.982.247-25"},
        {"pix_key": "ché@loja.example"},
        {"merchant_name": "店"},
        {"merchant_city": " ¡ "},
    ],
    ids=str,
)
def test_a_store_whose_data_fits_into_no_code_is_told_before_anything_is_opened(wrong: dict[str, str]) -> None:
    (field,) = wrong
    for run in (lambda: gateway(**wrong).accept(PRICE, CheckoutChoices()), lambda: started(gateway(**wrong))):
        with pytest.raises(ConfigurationError) as refused:
            run()
        assert (refused.value.code, refused.value.details["field"]) == ("wrong_secret", field)
        assert wrong[field].strip() not in str(refused.value)


def test_an_amount_that_no_pix_carries_is_refused_by_its_field() -> None:
    with pytest.raises(Unprocessable) as refused:
        gateway().accept(Money(10**12, "BRL"), CheckoutChoices())
    assert (refused.value.code, refused.value.details["field"]) == ("amount_over_limit", "amount")


@pytest.mark.invariant("PAY-18")
def test_when_its_time_is_over_a_person_is_asked_and_nothing_ends_by_itself() -> None:
    seen = gateway().read("tx", deadline=Deadline.after(1), payment=waiting()).snapshot
    assert seen.status is S.PENDING
    assert RULES.schedule.is_over(waiting(), later(1800) + timedelta(minutes=10))


def test_nobody_but_the_ledger_knows_it() -> None:
    with pytest.raises(ProviderMissing):
        gateway().read("tx", deadline=Deadline.after(1))


def test_a_person_s_word_pays_the_order() -> None:
    transition = record_receipt(waiting(), Receipt("E1", PRICE.amount, NOW), rules=RULES, now=NOW)
    assert (transition.after.status, transition.after.captured) == (S.PAID, PRICE.amount)
    same = record_receipt(transition.after, Receipt("E1", PRICE.amount, NOW), rules=RULES, now=NOW)
    assert not same.changed, "the same receipt again is the same receipt"
    with pytest.raises(Unprocessable) as differs:
        record_receipt(transition.after, Receipt("E1", 1, NOW), rules=RULES, now=NOW)
    assert differs.value.code == "receipt_differs"


@pytest.mark.invariant("PAY-21")
def test_another_amount_waits_for_a_second_word() -> None:
    assert record_receipt(waiting(), Receipt("E1", 1, NOW), rules=RULES, now=NOW).after.status is S.REVIEW


def test_a_payment_that_a_provider_watches_takes_nobody_s_word() -> None:
    with pytest.raises(Conflict) as refused:
        record_receipt(payment(S.ACTION_REQUIRED), Receipt("E1", 1, NOW), rules=RULES, now=NOW)
    assert refused.value.code == "provider_tells"


@pytest.mark.invariant("PAY-10")
def test_it_can_only_be_sent_back_by_hand() -> None:
    refund = Refund("r1", 1, CommandStatus.SENT, requested_at=NOW)
    with pytest.raises(ProviderRefused, match="by_hand"):
        gateway().refund(waiting(), refund, PRICE, key="k", deadline=Deadline.after(1))


def test_a_person_may_end_it() -> None:
    seen = gateway().cancel(waiting(), reason=None, key="k", deadline=Deadline.after(1)).snapshot
    assert seen.status is S.CANCELED
