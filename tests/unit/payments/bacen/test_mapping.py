"""A bank's words and amounts in ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from commerce.payments.fold import fold
from commerce.payments.gateways.bacen.charges import devolucao_id
from commerce.payments.gateways.bacen.mapping import Account, Known, snapshot_of, waits_for_the_buyer
from commerce.payments.late import LatePolicy
from commerce.payments.model import CommandStatus, Payment
from commerce.payments.observation import Snapshot
from commerce.payments.pix.codes import Code, judge
from commerce.payments.status import PaymentStatus
from commerce.platform.money import Money
from tests.builders import NOW
from tests.unit.payments.bacen.objects import BY_DATE_TXID, E2EID, KEY, RTR, TXID, Json, by_date, charge, devolucao, pix
from tests.unit.payments.bacen.rig import at_bank, sent_refund, with_refunds
from tests.unit.payments.pix.codes import with_amount

ACCOUNT = Account((KEY,), livemode=False)
KNOWN = Known("pay_1", "order-1")


def seen(
    shown: Json,
    txid: str = TXID,
    *,
    known: Known | None = None,
    payment: Payment | None = None,
    code: Code | None = None,
) -> Snapshot:
    return snapshot_of(shown, txid, ACCOUNT, observed_at=NOW, known=known, payment=payment, code=code)


def folded(snapshot: Snapshot) -> Payment:
    ledger = replace(at_bank(TXID), provider_ref=None)
    return fold(ledger, snapshot, livemode=False, now=NOW, late_policy=LatePolicy.REFUND).after


@pytest.mark.parametrize(
    ("word", "received", "status"),
    [
        ("ATIVA", [], PaymentStatus.ACTION_REQUIRED),
        ("ATIVA", [pix()], PaymentStatus.PAID),
        ("CONCLUIDA", [], PaymentStatus.PROCESSING),
        ("CONCLUIDA", [pix()], PaymentStatus.PAID),
        ("REMOVIDA_PELO_USUARIO_RECEBEDOR", [], PaymentStatus.CANCELED),
        ("REMOVIDA_PELO_PSP", [], PaymentStatus.CANCELED),
        ("REMOVIDO_PELO_PSP", [], PaymentStatus.CANCELED),
        ("REMOVIDA_PELO_PSP", [pix()], PaymentStatus.PAID),
    ],
)
def test_every_word_of_the_standard(word: str, received: list[Json], status: PaymentStatus) -> None:
    shown = seen(charge(word, pix=received))
    assert (shown.status, shown.raw_status, len(shown.receipts)) == (status, word, len(received))


@pytest.mark.invariant("PAY-23")
@pytest.mark.parametrize(
    ("shown", "raw"),
    [
        (charge("EXPIRADA"), "EXPIRADA"),
        (charge("EXPIRADA", pix=[pix()]), "EXPIRADA"),
        (charge("CONCLUIDA", pix=[pix(devolucoes=[devolucao(status="ESTORNADO")])]), "devolucao:ESTORNADO"),
    ],
)
def test_a_word_that_nobody_knows_holds_the_payment(shown: Json, raw: str) -> None:
    snapshot = seen(shown)
    assert (snapshot.status, snapshot.raw_status) == (None, raw)
    assert folded(snapshot).status is PaymentStatus.REVIEW


@pytest.mark.invariant("PAY-05")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"valor": {"original": "129.91"}}, "mismatch:amount"),
        ({"chave": "another@example.com"}, "mismatch:account"),
        ({"infoAdicionais": [{"nome": "Pagamento", "valor": "pay_2"}]}, "mismatch:payment_id"),
        ({"infoAdicionais": [{"nome": "Pagamento", "valor": "pay_1"}]}, "mismatch:order_id"),
        ({"infoAdicionais": None}, "mismatch:payment_id"),
    ],
)
def test_a_charge_that_differs_is_quarantined(changes: Json, reason: str) -> None:
    after = folded(seen(charge("CONCLUIDA", pix=[pix()], **changes)))
    assert (after.status, after.review_reason, after.captured) == (PaymentStatus.REVIEW, reason, 0)


@pytest.mark.invariant("PAY-05")
def test_a_code_with_another_amount_is_quarantined_and_never_shown() -> None:
    after = folded(seen(charge(), code=judge(with_amount("0.01"))))
    assert (after.status, after.review_reason, after.instructions) == (PaymentStatus.REVIEW, "mismatch:amount", None)


def test_a_code_with_the_right_amount_is_shown() -> None:
    after = folded(seen(charge(), code=judge(with_amount("129.90"))))
    assert after.instructions is not None
    assert after.instructions.pix_code == with_amount("129.90")


def test_references_that_a_bank_does_not_give_back_are_proved_by_the_txid() -> None:
    shown = seen(charge(infoAdicionais=None), known=KNOWN)
    assert (shown.payment_id, shown.order_id) == ("pay_1", "order-1")


@pytest.mark.invariant("PAY-05")
def test_a_txid_proves_no_other_payment_and_overrules_no_reference() -> None:
    other = seen(charge(infoAdicionais=None), known=Known("pay_2", "order-2"))
    assert (other.payment_id, other.order_id) == (None, None)
    named = seen(charge(infoAdicionais=[{"nome": "Pagamento", "valor": "pay_9"}]), known=KNOWN)
    assert named.payment_id == "pay_9"


def test_the_answer_about_another_charge_is_none() -> None:
    with pytest.raises(ValueError, match="another charge"):
        seen(charge(txid="c" + "0" * 31))


@pytest.mark.parametrize(
    ("shown", "txid", "end"),
    [
        (charge(), TXID, datetime(2026, 11, 24, 12, 30, 0, 358000, UTC)),
        (charge(calendario={"criacao": "2026-11-24T09:00:00-03:00"}), TXID, datetime(2026, 11, 25, 12, tzinfo=UTC)),
        (charge(calendario={"expiracao": "1800"}), TXID, None),
        (by_date(), BY_DATE_TXID, datetime(2026, 12, 1, 2, 59, 59, tzinfo=UTC)),
        (
            by_date(calendario={"dataDeVencimento": "2026-11-30", "validadeAposVencimento": "5"}),
            BY_DATE_TXID,
            datetime(2026, 12, 8, 2, 59, 59, tzinfo=UTC),
        ),
        (by_date(due="2026-11-28"), BY_DATE_TXID, datetime(2026, 12, 1, 2, 59, 59, tzinfo=UTC)),
        (by_date(due="2026-12-25", days="4"), BY_DATE_TXID, datetime(2027, 1, 5, 2, 59, 59, tzinfo=UTC)),
        (
            by_date(calendario={"dataDeVencimento": "2026-11-30"}),
            BY_DATE_TXID,
            datetime(2026, 12, 31, 2, 59, 59, tzinfo=UTC),
        ),
    ],
)
def test_until_when_it_can_be_paid(shown: Json, txid: str, end: datetime | None) -> None:
    assert seen(shown, txid).expires_at == end


@pytest.mark.parametrize(
    "broken",
    [
        {"status": None},
        {"chave": None},
        {"valor": None},
        {"valor": {"original": "129,90"}},
        {"valor": {"original": "12.999"}},
        {"valor": {"original": "-1.00"}},
        {"pix": {}},
        {"pix": ["x"]},
        {"pix": [pix(valor="")]},
        {"pix": [pix(horario="2026-11-24T12:10:00")]},
        {"pix": [pix(endToEndId=None)]},
        {"pix": [pix(devolucoes=[{"id": "r1"}])]},
        {"calendario": {"criacao": "yesterday"}},
        {"calendario": {"criacao": "2026-11-24T12:00:00Z", "expiracao": "soon"}},
    ],
)
def test_what_the_standard_does_not_describe_is_an_error_and_never_a_guess(broken: Json) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        seen(charge(**broken))


@pytest.mark.invariant("PAY-24")
@pytest.mark.parametrize(("text", "centavos"), [("0.01", 1), ("129.9", 12_990), ("129", 12_900), ("37.90", 3790)])
def test_amounts_are_centavos(text: str, centavos: int) -> None:
    assert seen(charge(valor={"original": text})).money == Money(centavos, "BRL")


def test_only_a_charge_that_is_open_waits_for_the_buyer() -> None:
    assert waits_for_the_buyer(charge())
    assert not waits_for_the_buyer(charge(pix=[pix()]))
    assert not waits_for_the_buyer(charge("REMOVIDA_PELO_PSP"))


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("EM_PROCESSAMENTO", CommandStatus.PENDING),
        ("DEVOLVIDO", CommandStatus.SUCCEEDED),
        ("NAO_REALIZADO", CommandStatus.FAILED),
    ],
)
def test_every_word_of_a_devolucao(word: str, status: CommandStatus) -> None:
    (refund,) = seen(charge("CONCLUIDA", pix=[pix(devolucoes=[devolucao(status=word)])])).refunds
    assert (refund.refund_id, refund.provider_ref, refund.amount, refund.status) == ("r1", "r1", 1000, status)
    assert refund.receipt_ref == E2EID


def hidden(**changes: Any) -> Json:
    one = devolucao(devolucao_id("order-1_x"), **changes)
    return charge("CONCLUIDA", pix=[pix(devolucoes=[one])])


def test_a_refund_whose_id_fits_into_no_devolucao_is_found_by_the_ledger_or_by_its_note() -> None:
    ledger = with_refunds(at_bank(TXID), sent_refund("order-1_x", 1000, E2EID))
    assert [one.refund_id for one in seen(hidden(), payment=ledger).refunds] == ["order-1_x"]
    assert [one.refund_id for one in seen(hidden(descricao="Reembolso order-1_x")).refunds] == ["order-1_x"]


@pytest.mark.invariant("PAY-08")
@pytest.mark.parametrize("changes", [{}, {"descricao": "Troca"}, {"descricao": "Reembolso another"}])
def test_one_that_cannot_be_told_is_left_to_the_refund_that_asked_for_it(changes: Json) -> None:
    assert seen(hidden(**changes)).refunds == ()
    assert [one.refund_id for one in seen(hidden(**changes), payment=at_bank(TXID)).refunds] == [None]


@pytest.mark.invariant("PAY-25")
@pytest.mark.parametrize(
    ("word", "status", "frozen"),
    [("EM_PROCESSAMENTO", "under_review", True), ("DEVOLVIDO", "lost", True), ("NAO_REALIZADO", "won", False)],
)
@pytest.mark.parametrize("natureza", ["MED_FRAUDE", "MED_OPERACIONAL", "MED_PIX_AUTOMATICO"])
def test_what_the_bank_pulls_back_is_a_dispute(word: str, status: str, frozen: bool, natureza: str) -> None:
    shown = seen(charge("CONCLUIDA", pix=[pix(devolucoes=[devolucao(status=word, natureza=natureza)])]))
    assert shown.refunds == ()
    assert shown.dispute is not None
    assert (shown.dispute.provider_ref, shown.dispute.status, shown.dispute.amount) == (RTR, status, 1000)
    assert folded(shown).refunds_frozen is frozen


@pytest.mark.invariant("PAY-25")
@pytest.mark.parametrize(
    ("words", "counts"),
    [
        (["EM_PROCESSAMENTO", "DEVOLVIDO"], 0),
        (["DEVOLVIDO", "NAO_REALIZADO"], 0),
        (["NAO_REALIZADO", "DEVOLVIDO", "NAO_REALIZADO"], 1),
        (["DEVOLVIDO", "NAO_REALIZADO", "EM_PROCESSAMENTO"], 2),
        (["DEVOLVIDO", "DEVOLVIDO"], 1),
    ],
)
def test_of_several_disputes_an_open_one_counts_before_a_lost_one_before_a_won_one(
    words: list[str], counts: int
) -> None:
    listed = [devolucao(f"d{n}", word, natureza="MED_FRAUDE", rtrId=f"D{n}") for n, word in enumerate(words)]
    for received in ([pix(devolucoes=listed)], [pix(devolucoes=[one]) for one in listed]):
        dispute = seen(charge("CONCLUIDA", pix=received)).dispute
        assert dispute is not None
        assert dispute.provider_ref == f"D{counts}"
