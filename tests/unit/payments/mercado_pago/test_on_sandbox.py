"""The gateway on the stateful sandbox: the life of a Pix and of a boleto, and all that money can do on its way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commerce.payments.boleto.checking import check_boleto
from commerce.payments.brazil import local_date
from commerce.payments.gateway import BoletoGateway, PixGateway
from commerce.payments.pix.brcode import parse_brcode
from commerce.payments.receipts import DiscrepancyKind
from commerce.payments.status import PaymentStatus
from commerce.platform.errors import ProviderConflict, ProviderRefused
from commerce.platform.money import Money
from tests.builders import NOW, PRICE
from tests.unit.payments.folding import DUE
from tests.unit.payments.mercado_pago.rig import Rig, soon

S = PaymentStatus


def test_it_is_a_gateway_for_both_methods(pix: Rig) -> None:
    ports: tuple[PixGateway, BoletoGateway] = (pix.gateway, pix.gateway)
    assert {port.provider for port in ports} == {"mercado_pago"}
    assert pix.gateway.key_life == timedelta(hours=23)


class TestPix:
    def test_the_code_carries_the_order_s_amount_until_the_asked_end(self, pix: Rig) -> None:
        seen = pix.start().snapshot
        assert (seen.status, seen.payment_id, seen.order_id) == (S.ACTION_REQUIRED, "pay_1", "order-1")
        assert (seen.money, seen.captured, seen.received_total) == (PRICE, 0, None)
        assert (seen.livemode, seen.foreign) == (False, False)
        assert seen.expires_at == NOW + timedelta(minutes=30)
        assert seen.instructions is not None
        assert parse_brcode(seen.instructions.pix_code or "").amount == PRICE

    @pytest.mark.invariant("PAY-20")
    def test_it_is_paid_once_when_the_money_is_there(self, pix: Rig) -> None:
        ref = pix.paid()
        payment = pix.look()
        assert (payment.status, payment.captured, payment.confirmed) == (S.PAID, PRICE.amount, True)
        assert [(one.ref, one.amount, one.received_at) for one in payment.receipts.values()] == [
            (ref, PRICE.amount, NOW)
        ]
        assert payment.charge_ref is not None
        assert payment.details is None, "what a view shows as a card"
        assert pix.kept.facts.count("payment.paid") == 1

    @pytest.mark.invariant("PAY-13")
    def test_looking_again_changes_nothing(self, pix: Rig) -> None:
        pix.paid()
        before, facts = pix.kept.payment, list(pix.kept.facts)
        for _ in range(10):
            after = pix.look()
        assert replace(after, observed_at=before.observed_at) == before
        assert pix.kept.facts == facts

    def test_an_end_in_time_is_an_expiry(self, pix: Rig) -> None:
        pix.opened()
        pix.clock.advance(1_801)
        assert pix.look().status is S.EXPIRED

    @pytest.mark.invariant("PAY-19")
    def test_money_after_the_end_goes_back_once(self, pix: Rig) -> None:
        ref = pix.opened()
        pix.clock.advance(1_801)
        pix.look()
        pix.world.pay(ref, late=True)
        late = pix.look()
        assert late.returned
        (refund,) = late.refunds.values()
        sent = pix.kept.send_refund(refund.refund_id)
        assert pix.kept.fold(pix.send(sent)).status is S.REFUNDED
        assert (pix.order["captured"], pix.order["refunded"]) == (PRICE.amount, PRICE.amount)

    def test_what_mercado_pago_sends_back_by_itself_is_not_sent_back_again(self, pix: Rig) -> None:
        ref = pix.opened()
        pix.clock.advance(1_801)
        pix.look()
        pix.world.pay(ref, late=True)
        pix.world.give_back(ref)
        late = pix.look()
        assert (late.refunded, late.refundable, late.open_commands) == (PRICE.amount, 0, ())

    def test_a_review_is_processing_and_tells_why(self, pix: Rig) -> None:
        pix.world.review(pix.opened())
        seen = pix.read()
        assert (seen.status, seen.pending_reason) == (S.PROCESSING, "pending_review_manual")

    @pytest.mark.parametrize(
        ("detail", "buyer_code"),
        [
            ("bank_error", "try_again_later"),
            ("rejected_by_bank", "payment_declined"),
            ("rejected_insufficient_data", "payment_declined"),
            ("rejected_high_risk", "payment_declined"),
            ("a_new_word", "payment_declined"),
        ],
    )
    def test_a_rejected_one_fails_without_a_word_of_suspicion(self, pix: Rig, detail: str, buyer_code: str) -> None:
        pix.world.reject(pix.opened(), detail)
        failure = pix.look().failure
        assert failure is not None
        assert (pix.kept.payment.status, failure.code, failure.buyer_code) == (S.FAILED, detail, buyer_code)

    @pytest.mark.invariant("PAY-11")
    def test_a_rejected_one_ends_so_that_the_buyer_can_begin_anew(self, pix: Rig) -> None:
        pix.world.reject(pix.opened())
        pix.look()
        ended = pix.cancel()
        assert (ended.status, ended.holds_order) == (S.EXPIRED, False)
        assert not pix.look().holds_order


class TestBoleto:
    @pytest.mark.invariant("PAY-05")
    def test_its_codes_say_what_was_asked(self, boleto: Rig) -> None:
        seen = boleto.start().snapshot
        instructions = seen.instructions
        assert instructions is not None
        assert instructions.barcode is not None
        assert instructions.digitable_line is not None
        assert instructions.pdf_url is not None
        assert seen.expires_at == DUE
        differences = check_boleto(
            instructions.barcode,
            instructions.digitable_line,
            amount=PRICE,
            due_date=local_date(DUE),
            reference=local_date(NOW),
        )
        assert differences == ()
        assert boleto.kept.fold(seen).status is S.ACTION_REQUIRED

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

    @pytest.mark.parametrize("shown", [{"barcode": None}, {"transaction_details": {"total_paid_amount": 129.9}}])
    def test_the_barcode_is_found_in_both_places_and_gives_the_line(
        self, boleto: Rig, shown: dict[str, object]
    ) -> None:
        ref = boleto.opened()
        expected = boleto.kept.payment.instructions
        boleto.world.alter(ref, shown)
        seen = boleto.read().instructions
        assert seen is not None
        assert expected is not None
        assert (seen.barcode, seen.digitable_line) == (expected.barcode, expected.digitable_line)

    @pytest.mark.invariant("PAY-05")
    def test_another_amount_in_the_code_is_held(self, boleto: Rig) -> None:
        other = Rig("boleto")
        other.request = replace(other.request, money=Money(100, "BRL"))
        code = other.start().snapshot.instructions
        ref = boleto.start().snapshot.provider_ref
        assert code is not None
        boleto.world.alter(ref, {"barcode": {"content": code.barcode}, "transaction_details": {}})
        held = boleto.kept.fold(boleto.gateway.read(ref, deadline=soon()).snapshot)
        assert (held.status, held.review_reason) == (S.REVIEW, "mismatch:boleto_amount")

    @pytest.mark.invariant("PAY-21")
    @pytest.mark.parametrize(
        ("amount", "kind"),
        [(PRICE.amount - 1, DiscrepancyKind.UNDERPAID), (PRICE.amount + 1, DiscrepancyKind.OVERPAID)],
    )
    def test_another_amount_waits_for_a_person(self, boleto: Rig, amount: int, kind: DiscrepancyKind) -> None:
        boleto.paid(amount)
        payment = boleto.kept.payment
        (discrepancy,) = payment.discrepancies.values()
        assert (payment.status, payment.captured, payment.confirmed) == (S.REVIEW, amount, False)
        assert (discrepancy.kind, discrepancy.received) == (kind, amount)

    @pytest.mark.invariant("PAY-21")
    def test_the_rest_of_it_completes_what_was_too_little(self, boleto: Rig) -> None:
        ref = boleto.paid(5_000)
        boleto.clock.advance(3_600)
        boleto.world.pay(ref, amount=PRICE.amount - 5_000, again=True)
        payment = boleto.look()
        assert (payment.status, payment.captured) == (S.PAID, PRICE.amount)
        assert {one.ref: one.amount for one in payment.receipts.values()} == {ref: 5_000, f"{ref}:2": 7_990}

    @pytest.mark.invariant("PAY-21")
    @pytest.mark.parametrize("seen_in_between", [True, False])
    def test_paid_twice_is_paid_and_a_surplus_that_goes_back(self, boleto: Rig, seen_in_between: bool) -> None:
        ref = boleto.opened()
        boleto.world.pay(ref)
        if seen_in_between:
            boleto.look()
        boleto.clock.advance(86_400)
        boleto.world.pay(ref, again=True)
        payment = boleto.look()
        assert (payment.status, payment.captured) == (S.PAID, PRICE.amount)
        surplus = payment.receipts[f"{ref}:2"]
        assert (surplus.amount, surplus.surplus, surplus.received_at) == (
            PRICE.amount,
            True,
            NOW + timedelta(days=1),
        )
        sent = boleto.kept.send_refund(f"surplus-{ref}:2")
        after = boleto.kept.fold(boleto.send(sent))
        assert (after.status, after.refunded, after.refundable) == (S.PAID, 0, PRICE.amount)
        assert boleto.look() == after
        assert (boleto.order["captured"], boleto.order["refunded"]) == (2 * PRICE.amount, PRICE.amount)

    @pytest.mark.invariant("PAY-21")
    def test_after_the_due_day_it_is_late_and_goes_back(self, boleto: Rig) -> None:
        ref = boleto.opened()
        boleto.clock.advance(5 * 86_400)
        assert boleto.look().status is S.EXPIRED
        boleto.world.pay(ref, late=True)
        assert boleto.look().returned

    @pytest.mark.invariant("PAY-21")
    def test_paid_on_its_due_friday_and_approved_on_monday_it_is_in_time(self, boleto: Rig) -> None:
        ref = boleto.opened()
        boleto.clock.advance((DUE - timedelta(hours=3) - boleto.clock.now()).total_seconds())
        boleto.world.pay(ref, clears=True)
        boleto.clock.advance(86_400)
        assert boleto.look().status is S.ACTION_REQUIRED
        boleto.clock.advance((DUE + timedelta(days=3) - boleto.clock.now()).total_seconds())
        paid = boleto.look()
        assert (paid.status, paid.captured) == (S.PAID, PRICE.amount)
        assert (paid.discrepancies, paid.receipts[ref].received_at) == ({}, DUE)

    def test_the_receipt_is_dated_by_the_bank(self, boleto: Rig) -> None:
        ref = boleto.opened()
        boleto.clock.advance(60)
        boleto.world.pay(ref)
        boleto.clock.advance(86_400)
        boleto.look()
        assert boleto.kept.payment.receipts[ref].received_at == datetime(2026, 11, 24, 12, 1, tzinfo=UTC)


class TestCancel:
    def test_an_open_one_ends(self, pix: Rig) -> None:
        pix.opened()
        assert pix.cancel().status is S.EXPIRED
        assert pix.read().status is S.CANCELED

    @pytest.mark.invariant("PAY-09")
    def test_one_that_was_paid_first_is_a_conflict(self, pix: Rig) -> None:
        ref = pix.opened()
        pix.world.pay(ref)
        with pytest.raises(ProviderConflict):
            pix.cancel()
        assert pix.look().status is S.PAID


@pytest.mark.parametrize("call", ["complete", "capture"])
def test_what_neither_pix_nor_boleto_have_is_refused(pix: Rig, call: str) -> None:
    pix.opened()
    with pytest.raises(ProviderRefused):
        if call == "complete":
            pix.gateway.complete(pix.kept.payment, key="k", deadline=soon())
        else:
            pix.gateway.capture(pix.kept.payment, PRICE, key="k", deadline=soon())
