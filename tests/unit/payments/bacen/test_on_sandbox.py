"""The life of a Pix at a bank that keeps the standard's rules."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from commerce.payments.fold import fold
from commerce.payments.late import LatePolicy
from commerce.payments.model import CommandStatus
from commerce.payments.pix.brcode import parse_brcode
from commerce.payments.status import PaymentStatus
from commerce.platform.errors import ProviderConflict, ProviderMissing, ProviderRefused
from tests.builders import NOW, PRICE
from tests.unit.payments.bacen.rig import LIFE, Rig, at_bank, sent_refund, soon, start_payment, with_refunds


def test_a_new_charge_waits_for_the_buyer_with_a_code_and_an_end(rig: Rig) -> None:
    seen = rig.start().snapshot
    assert (seen.status, seen.money, seen.captured) == (PaymentStatus.ACTION_REQUIRED, PRICE, 0)
    assert (seen.payment_id, seen.order_id, seen.foreign) == ("pay_1", "order-1", False)
    assert seen.expires_at == NOW + LIFE
    assert seen.instructions is not None
    assert seen.instructions.pix_code is not None
    assert parse_brcode(seen.instructions.pix_code).url


@pytest.mark.invariant("PAY-01")
@pytest.mark.invariant("PAY-02")
def test_every_try_asks_for_the_same_charge_with_the_same_body(rig: Rig) -> None:
    first, second = rig.start(), rig.start()
    assert first.snapshot.provider_ref == second.snapshot.provider_ref
    assert len(rig.box.state.charges) == 1
    assert len({(sent.url, sent.body) for sent in rig.sent}) == 1
    (charge,) = rig.box.state.charges.values()
    assert len(charge.terms) == 1


def test_a_paid_charge_carries_the_arrival_and_captures_nothing_by_itself(rig: Rig) -> None:
    txid = rig.start().snapshot.provider_ref
    e2eid = rig.pay(txid)
    seen = rig.read(txid)
    assert (seen.status, seen.captured, seen.charge_ref) == (PaymentStatus.PAID, 0, e2eid)
    (receipt,) = seen.receipts
    assert (receipt.ref, receipt.amount, receipt.received_at) == (e2eid, PRICE.amount, NOW)
    assert seen.instructions is None


@pytest.mark.invariant("PAY-20")
def test_concluded_without_a_pix_is_not_yet_paid(rig: Rig) -> None:
    txid = rig.start().snapshot.provider_ref
    rig.pay(txid, withhold=True)
    seen = rig.read(txid)
    assert (seen.status, seen.raw_status, seen.receipts) == (PaymentStatus.PROCESSING, "CONCLUIDA", ())
    rig.box.world.release(txid)
    assert rig.read(txid).status is PaymentStatus.PAID


@pytest.mark.invariant("PAY-20")
def test_a_second_pix_for_a_charge_is_a_second_receipt(rig: Rig) -> None:
    txid = rig.start().snapshot.provider_ref
    first, second = rig.pay(txid), rig.pay(txid, 500, again=True)
    assert [(one.ref, one.amount) for one in rig.read(txid).receipts] == [(first, PRICE.amount), (second, 500)]


def test_an_expired_charge_still_waits_for_the_buyer_as_the_standard_has_no_word_for_it(rig: Rig) -> None:
    txid = rig.start().snapshot.provider_ref
    rig.at(NOW + LIFE + timedelta(hours=1))
    seen = rig.read(txid)
    assert (seen.status, seen.raw_status) == (PaymentStatus.ACTION_REQUIRED, "ATIVA")


def test_a_cancelled_charge_can_no_longer_be_paid(rig: Rig) -> None:
    txid = rig.start().snapshot.provider_ref
    seen = rig.cancel(txid)
    assert (seen.status, seen.raw_status) == (PaymentStatus.CANCELED, "REMOVIDA_PELO_USUARIO_RECEBEDOR")
    with pytest.raises(ValueError, match="say late"):
        rig.pay(txid)


def test_a_cancel_that_was_done_before_is_done(rig: Rig) -> None:
    txid = rig.start().snapshot.provider_ref
    rig.cancel(txid)
    assert rig.cancel(txid).status is PaymentStatus.CANCELED


@pytest.mark.invariant("PAY-11")
@pytest.mark.parametrize("withhold", [False, True])
def test_a_paid_charge_is_not_cancelled(rig: Rig, withhold: bool) -> None:
    txid = rig.start().snapshot.provider_ref
    rig.pay(txid, withhold=withhold)
    with pytest.raises(ProviderConflict) as conflict:
        rig.cancel(txid)
    assert conflict.value.code == "already_paid"


def test_a_charge_that_the_bank_removed_is_canceled(rig: Rig) -> None:
    txid = rig.start().snapshot.provider_ref
    rig.box.world.remove(txid)
    assert rig.read(txid).status is PaymentStatus.CANCELED


def test_a_pix_with_a_due_date_is_a_cobv_to_the_end_of_that_day_in_brazil(rig: Rig) -> None:
    seen = rig.start(start_payment(due_date=date(2026, 11, 30))).snapshot
    assert seen.provider_ref.startswith("v")
    assert seen.expires_at is not None
    assert seen.expires_at.isoformat() == "2026-11-30T23:59:59-03:00"
    assert rig.read(seen.provider_ref).status is PaymentStatus.ACTION_REQUIRED
    sent = json.loads(rig.sent[0].body or "")
    assert sent["devedor"] == {
        "cpf": "39053344705",
        "nome": "Ana Souza",
        "logradouro": "Rua das Flores, 100",
        "cidade": "São Paulo",
        "uf": "SP",
        "cep": "01310100",
    }


def test_an_unknown_txid_is_missing_and_nothing_is_asked_for_a_foreign_one(rig: Rig) -> None:
    with pytest.raises(ProviderMissing):
        rig.read("c" + "0" * 31)
    asked = len(rig.sent)
    with pytest.raises(ProviderMissing):
        rig.read("x" * 32)
    assert len(rig.sent) == asked


@pytest.mark.invariant("PAY-08")
def test_a_refund_is_made_once_however_often_it_is_asked_for(rig: Rig) -> None:
    txid = rig.start().snapshot.provider_ref
    e2eid = rig.pay(txid)
    for _ in range(3):
        (seen,) = rig.refund(txid, e2eid, 1000).refunds
    assert (seen.refund_id, seen.amount, seen.status, seen.receipt_ref) == (
        "r1",
        1000,
        CommandStatus.SUCCEEDED,
        e2eid,
    )
    assert rig.box.state.pix[e2eid].given_back == 1000
    rig.refund(txid, e2eid, 1000, "r2")
    assert rig.box.state.pix[e2eid].given_back == 2000


@pytest.mark.invariant("PAY-09")
def test_a_repeat_that_the_bank_refuses_is_read_and_adopted() -> None:
    rig = Rig(refuse_repeated_devolucao=True)
    txid = rig.start().snapshot.provider_ref
    e2eid = rig.pay(txid)
    rig.refund(txid, e2eid, 1000)
    (seen,) = rig.refund(txid, e2eid, 1000).refunds
    assert (seen.refund_id, seen.status) == ("r1", CommandStatus.SUCCEEDED)
    assert rig.box.state.pix[e2eid].given_back == 1000


def test_another_amount_under_a_known_id_is_refused(rig: Rig) -> None:
    txid = rig.start().snapshot.provider_ref
    e2eid = rig.pay(txid)
    rig.refund(txid, e2eid, 1000)
    with pytest.raises(ProviderRefused) as refusal:
        rig.refund(txid, e2eid, 999)
    assert refusal.value.code == "refund_id_taken"


def test_too_much_is_refused_and_says_over_what(rig: Rig) -> None:
    txid = rig.start().snapshot.provider_ref
    e2eid = rig.pay(txid)
    with pytest.raises(ProviderRefused) as refusal:
        rig.refund(txid, e2eid, PRICE.amount + 1)
    assert refusal.value.details == {"provider_code": "PixDevolucaoInvalida", "param": "devolucao.valor"}


def test_a_refund_without_a_receipt_is_refused_before_any_call(rig: Rig) -> None:
    txid = rig.start().snapshot.provider_ref
    asked = len(rig.sent)
    with pytest.raises(ProviderRefused) as refusal:
        rig.refund(txid, None, 1000)
    assert (refusal.value.code, len(rig.sent)) == ("unknown_receipt", asked)


@pytest.mark.invariant("PAY-10")
def test_a_refund_that_fails_later_says_so(rig: Rig) -> None:
    txid = rig.start().snapshot.provider_ref
    e2eid = rig.pay(txid)
    rig.box.world.set_devolucoes("pending")
    (pending,) = rig.refund(txid, e2eid, 1000).refunds
    rig.box.world.settle(e2eid, "r1", "failed")
    (failed,) = rig.read(txid).refunds
    assert (pending.status, failed.status) == (CommandStatus.PENDING, CommandStatus.FAILED)
    assert failed.failure == "devolucao_not_made"


@pytest.mark.parametrize(
    "refund_id", ["late", "order-1_item.2", "surplus-E99999004202611241200wtZ94TcYfQ6", "rf" + "0" * 33]
)
def test_a_webhook_that_comes_before_our_own_answer_finds_the_refund_by_our_id(rig: Rig, refund_id: str) -> None:
    """What a webhook reads without the ledger's payment folds into the refund that asked for it, not beside it."""
    txid = rig.start().snapshot.provider_ref
    e2eid = rig.pay(txid)
    rig.refund(txid, e2eid, 1000, refund_id)
    wanted = sent_refund(refund_id, 1000, e2eid)
    ledger = with_refunds(replace(at_bank(txid), order_id="order-1"), wanted)
    folded = fold(ledger, rig.read(txid), livemode=False, now=NOW, late_policy=LatePolicy.REFUND).after
    assert list(folded.refunds) == [refund_id]
    assert folded.refunds[refund_id].status is CommandStatus.SUCCEEDED


@pytest.mark.invariant("PAY-25")
def test_money_that_the_bank_pulls_back_is_a_dispute_and_no_refund(rig: Rig) -> None:
    txid = rig.start().snapshot.provider_ref
    e2eid = rig.pay(txid)
    rig.box.world.take_back(e2eid, 5000, "MED_FRAUDE")
    seen = rig.read(txid)
    assert seen.refunds == ()
    assert seen.dispute is not None
    assert (seen.dispute.status, seen.dispute.amount, seen.dispute.reason) == ("lost", 5000, "med_fraude")


@pytest.mark.invariant("PAY-05")
def test_a_charge_of_another_key_is_foreign() -> None:
    other = "c0ffee00-1111-4222-8333-444455556666"
    rig = Rig(fields={"pix_key": other}, pix_keys=(other,))
    txid = rig.start().snapshot.provider_ref
    rig.fields["pix_key"] = "3f0c1a52-7d6e-4b8a-9e21-5c4d7f9b2a60"
    assert rig.read(txid).foreign
    rig.fields["pix_key_previous"] = f"another, {other}"
    assert not rig.read(txid).foreign


def test_nothing_is_completed_or_captured(rig: Rig) -> None:
    known = at_bank(rig.start().snapshot.provider_ref)
    with pytest.raises(ProviderRefused):
        rig.gateway.complete(known, key="k", deadline=soon())
    with pytest.raises(ProviderRefused):
        rig.gateway.capture(known, PRICE, key="k", deadline=soon())
