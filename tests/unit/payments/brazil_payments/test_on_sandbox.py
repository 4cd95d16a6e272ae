"""The generic gateway on its stateful sandbox: codes, money, and the little that can be asked afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from commerce.payments.boleto.checking import check_boleto
from commerce.payments.brazil import local_date
from commerce.payments.gateway import BoletoGateway, PixGateway
from commerce.payments.model import CheckoutChoices, CommandStatus
from commerce.payments.pix.brcode import parse_brcode
from commerce.payments.receipts import DiscrepancyKind
from commerce.payments.refund_request import request_refund
from commerce.payments.status import PaymentStatus
from commerce.platform.errors import ProviderMissing, ProviderRefused, Unprocessable
from commerce.platform.money import Money
from tests.builders import NOW, PRICE
from tests.unit.payments.brazil_payments.rig import Rig, soon
from tests.unit.payments.folding import DUE, PAYER, PAYER_WITH_ADDRESS

S = PaymentStatus


def test_it_is_a_gateway_for_both_methods(pix: Rig) -> None:
    ports: tuple[PixGateway, BoletoGateway] = (pix.gateway, pix.gateway)
    assert {port.provider for port in ports} == {"brazil_payments"}


class TestPix:
    def test_the_code_carries_the_order_s_amount_until_the_asked_end(self, pix: Rig) -> None:
        seen = pix.start().snapshot
        assert (seen.status, seen.payment_id, seen.order_id) == (S.ACTION_REQUIRED, "pay_1", "order-1")
        assert (seen.money, seen.livemode, seen.expires_at) == (PRICE, False, NOW + timedelta(minutes=30))
        assert seen.instructions is not None
        assert parse_brcode(seen.instructions.pix_code or "").amount == PRICE
        assert pix.order["payments"] == 1

    @pytest.mark.invariant("PAY-20")
    @pytest.mark.parametrize("details", [True, False])
    def test_it_is_paid_when_the_gateway_says_so(self, pix: Rig, details: bool) -> None:
        pix.world.behave(paid_details=details)
        ref = pix.opened()
        pix.world.pay(ref)
        pix.clock.advance(60)
        payment = pix.look()
        assert (payment.status, payment.captured, payment.details) == (S.PAID, PRICE.amount, None)
        (receipt,) = payment.receipts.values()
        assert (receipt.ref, receipt.received_at) == (ref, NOW + timedelta(seconds=0 if details else 60))
        pix.clock.advance(60)
        assert len(pix.look().receipts) == 1

    def test_an_end_in_time_is_an_expiry_and_frees_the_order(self, pix: Rig) -> None:
        pix.opened()
        pix.clock.advance(1_801)
        expired = pix.look()
        assert (expired.status, expired.holds_order) == (S.EXPIRED, False)

    @pytest.mark.invariant("PAY-19")
    def test_money_after_the_end_is_to_go_back_by_hand(self, pix: Rig) -> None:
        ref = pix.opened()
        pix.clock.advance(1_801)
        pix.look()
        pix.world.pay(ref, late=True)
        late = pix.look()
        assert late.returned
        (refund,) = late.refunds.values()
        sent = pix.kept.send_refund(refund.refund_id)
        with pytest.raises(ProviderRefused) as refused:
            pix.gateway.refund(late, sent, PRICE, key="k", deadline=soon())
        assert refused.value.code == "refund_not_supported"

    @pytest.mark.parametrize("seconds", [1, 59, 60, 61, 1_800])
    def test_a_code_lives_no_shorter_than_was_asked_for(self, pix: Rig, seconds: int) -> None:
        seen = pix.start(expires_at=NOW + timedelta(seconds=seconds)).snapshot
        assert seen.expires_at is not None
        assert timedelta() <= seen.expires_at - (NOW + timedelta(seconds=seconds)) < timedelta(minutes=1)


class TestBoleto:
    @pytest.mark.invariant("PAY-05")
    def test_its_codes_say_what_was_asked(self, boleto: Rig) -> None:
        instructions = boleto.start().snapshot.instructions
        assert instructions is not None
        assert instructions.barcode is not None
        assert instructions.digitable_line is not None
        assert instructions.pdf_url is not None
        differences = check_boleto(
            instructions.barcode,
            instructions.digitable_line,
            amount=PRICE,
            due_date=local_date(DUE),
            reference=local_date(NOW),
        )
        assert differences == ()

    @pytest.mark.invariant("PAY-21")
    @pytest.mark.parametrize("details", [True, False])
    def test_learned_of_while_it_may_have_been_clearing_it_is_in_time(self, boleto: Rig, details: bool) -> None:
        boleto.world.behave(paid_details=details)
        ref = boleto.opened()
        boleto.clock.advance((DUE - timedelta(hours=3) - boleto.clock.now()).total_seconds())
        boleto.world.pay(ref)
        boleto.clock.advance((DUE + timedelta(days=3) - boleto.clock.now()).total_seconds())
        paid = boleto.look()
        assert (paid.status, paid.discrepancies) == (S.PAID, {})

    @pytest.mark.invariant("PAY-17", "PAY-20")
    def test_readers_that_overtake_each_other_lose_no_money(self, boleto: Rig) -> None:
        """Both read before anything was counted, and the one that saw less is first to write."""
        ref = boleto.opened()
        boleto.world.pay(ref, amount=PRICE.amount - 1_000)
        less = boleto.read()
        boleto.world.pay(ref, amount=1_000, again=True)
        more = boleto.read()
        boleto.kept.fold(less)
        paid = boleto.kept.fold(more)
        assert (paid.status, paid.captured, len(paid.receipts)) == (S.PAID, PRICE.amount, 2)

    def test_its_end_stays_the_end_of_the_due_day(self, boleto: Rig) -> None:
        boleto.opened()
        assert (boleto.kept.payment.status, boleto.kept.payment.expires_at) == (S.ACTION_REQUIRED, DUE)

    @pytest.mark.invariant("PAY-21")
    @pytest.mark.parametrize(
        ("amount", "kind"),
        [(PRICE.amount - 1, DiscrepancyKind.UNDERPAID), (PRICE.amount + 1, DiscrepancyKind.OVERPAID)],
    )
    def test_another_amount_waits_for_a_person(self, boleto: Rig, amount: int, kind: DiscrepancyKind) -> None:
        boleto.paid(amount)
        (discrepancy,) = boleto.kept.payment.discrepancies.values()
        assert (boleto.kept.payment.status, discrepancy.kind, discrepancy.received) == (S.REVIEW, kind, amount)

    @pytest.mark.invariant("PAY-21")
    @pytest.mark.parametrize("seen_in_between", [True, False])
    def test_paid_twice_is_paid_and_a_surplus(self, boleto: Rig, seen_in_between: bool) -> None:
        ref = boleto.opened()
        boleto.world.pay(ref)
        if seen_in_between:
            boleto.look()
        boleto.clock.advance(86_400)
        boleto.world.pay(ref, again=True)
        payment = boleto.look()
        assert (payment.status, payment.captured) == (S.PAID, PRICE.amount)
        assert payment.receipts[f"{ref}:2"].surplus

    @pytest.mark.invariant("PAY-21")
    def test_the_rest_of_it_completes_what_was_too_little(self, boleto: Rig) -> None:
        ref = boleto.paid(5_000)
        boleto.world.pay(ref, amount=7_990, again=True)
        assert (boleto.look().status, boleto.kept.payment.captured) == (S.PAID, PRICE.amount)


class TestWhatBecameOfIt:
    def test_given_back_at_the_gateway_is_a_refund(self, pix: Rig) -> None:
        pix.world.refund(pix.paid())
        assert pix.look().status is S.REFUNDED
        before = pix.kept.payment
        assert replace(pix.look(), observed_at=before.observed_at) == before

    @pytest.mark.invariant("PAY-07")
    def test_what_was_recorded_by_hand_is_not_given_back_twice(self, pix: Rig) -> None:
        ref = pix.paid()
        pix.kept.payment = request_refund(
            pix.kept.payment, refund_id="r1", amount=1_000, reason=None, now=NOW, by_hand=True
        ).after
        pix.world.refund(ref)
        payment = pix.look()
        assert (payment.status, payment.refunded) == (S.REFUNDED, PRICE.amount)
        assert pix.kept.refunds == {
            "r1": (1_000, CommandStatus.SUCCEEDED),
            f"{ref}:refund": (11_990, CommandStatus.SUCCEEDED),
        }

    def test_cancelled_at_the_gateway(self, pix: Rig) -> None:
        pix.world.cancel(pix.opened())
        assert pix.look().status is S.CANCELED

    @pytest.mark.invariant("PAY-11")
    def test_a_failed_one_ends_so_that_the_buyer_can_begin_anew(self, pix: Rig) -> None:
        pix.world.fail(pix.opened())
        failed = pix.look()
        assert failed.failure is not None
        assert (failed.status, failed.failure.buyer_code) == (S.FAILED, "payment_declined")
        assert not pix.cancel().holds_order

    def test_an_open_one_cannot_be_cancelled(self, pix: Rig) -> None:
        pix.opened()
        with pytest.raises(ProviderRefused) as refused:
            pix.cancel()
        assert refused.value.code == "cancel_not_supported"

    @pytest.mark.invariant("PAY-11")
    def test_the_wish_to_cancel_is_met_by_an_expiry(self, pix: Rig) -> None:
        pix.opened()
        pix.clock.advance(1_801)
        assert pix.cancel().status is S.EXPIRED

    @pytest.mark.invariant("PAY-23")
    def test_a_word_that_nobody_knows_holds_it(self, pix: Rig) -> None:
        pix.world.pretend(pix.opened(), "teleported")
        assert pix.look().review_reason == "unknown_status:teleported"

    def test_what_the_gateway_does_not_know_is_missing(self, pix: Rig) -> None:
        pix.opened()
        with pytest.raises(ProviderMissing):
            pix.gateway.read("pix_1", deadline=soon(), payment=pix.kept.payment)

    def test_whose_it_is_only_the_ledger_knows(self, pix: Rig) -> None:
        ref = pix.opened()
        with pytest.raises(ProviderMissing):
            pix.gateway.read(ref, deadline=soon())


class TestAccept:
    @pytest.mark.parametrize(
        ("money", "code"), [(Money(1, "USD"), "unsupported_currency"), (Money(10**10, "BRL"), "amount_over_limit")]
    )
    def test_reais_of_a_boleto_s_ten_digits(self, pix: Rig, money: Money, code: str) -> None:
        with pytest.raises(Unprocessable) as refused:
            pix.gateway.accept(money, CheckoutChoices())
        assert refused.value.code == code

    def test_a_pix_is_due_within_thirty_days_and_a_boleto_whenever(self, pix: Rig) -> None:
        far = local_date(NOW) + timedelta(days=30)
        pix.gateway.accept(PRICE, CheckoutChoices(payer=PAYER, due_date=far - timedelta(days=1)))
        pix.gateway.accept(PRICE, CheckoutChoices(payer=PAYER_WITH_ADDRESS, due_date=far))
        with pytest.raises(Unprocessable) as refused:
            pix.gateway.accept(PRICE, CheckoutChoices(payer=PAYER, due_date=far))
        assert refused.value.details["field"] == "due_date"


@pytest.mark.parametrize("call", ["complete", "capture"])
def test_what_neither_pix_nor_boleto_have_is_refused(pix: Rig, call: str) -> None:
    pix.opened()
    with pytest.raises(ProviderRefused):
        if call == "complete":
            pix.gateway.complete(pix.kept.payment, key="k", deadline=soon())
        else:
            pix.gateway.capture(pix.kept.payment, PRICE, key="k", deadline=soon())
