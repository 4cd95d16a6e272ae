"""Banks that answer in their own way: what the gateway makes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from commerce.payments.fold import fold
from commerce.payments.late import LatePolicy
from commerce.payments.model import CommandStatus
from commerce.payments.status import PaymentStatus
from commerce.platform.errors import ProviderAmbiguous, ProviderConflict, ProviderRefused, ProviderUnavailable
from local.sandboxes.kernel.faults import FaultKind, FaultStage
from tests.builders import NOW, PRICE
from tests.unit.payments.bacen.objects import E2EID, TXID, Json, charge, devolucao, pix
from tests.unit.payments.bacen.rig import Rig, at_bank, sent_refund, with_refunds
from tests.unit.payments.pix.codes import CODE, resealed, with_amount


def answer(rig: Rig, method: str, body: object, *, status: int = 200, path: str = "", **options: Any) -> None:
    rig.fault(FaultKind.STATUS, method=method, path=path, status=status, body=body, stage=FaultStage.AFTER, **options)


@pytest.fixture(autouse=True)
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []
    monkeypatch.setattr("commerce.payments.gateways.odd_codes.count", lambda name, **_: names.append(name))
    return names


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize("code", ["nonsense", CODE[:-1], ""])
def test_a_charge_whose_code_nobody_could_read_is_doubt(rig: Rig, code: str) -> None:
    body = charge(pixCopiaECola=code, location="nowhere")
    answer(rig, "PUT", body, status=201)
    with pytest.raises(ProviderAmbiguous):
        rig.start()
    answer(rig, "GET", body)
    with pytest.raises(ProviderUnavailable):
        rig.read(TXID)


def test_a_code_that_only_a_strict_reader_refuses_does_not_block_the_sale(rig: Rig, counted: list[str]) -> None:
    odd = resealed(CODE.replace("5912Loja Exemplo", "5930" + "L" * 30))
    answer(rig, "PUT", charge(pixCopiaECola=odd), status=201)
    shown = rig.start().snapshot.instructions
    assert shown is not None
    assert shown.pix_code == odd
    assert counted == ["PixCodeOdd"]
    answer(rig, "GET", charge(pixCopiaECola=odd))
    rig.read(TXID)
    assert counted == ["PixCodeOdd"], "counted when it is made, and not at every look"


@pytest.mark.invariant("PAY-05")
def test_a_code_over_another_amount_is_quarantined_and_never_shown(rig: Rig) -> None:
    answer(rig, "PUT", charge(pixCopiaECola=with_amount("1.00")), status=201)
    held = fold(
        replace(at_bank(TXID), instructions=None),
        rig.start().snapshot,
        livemode=False,
        now=NOW,
        late_policy=LatePolicy.REFUND,
    ).after
    assert (held.status, held.review_reason, held.instructions) == (PaymentStatus.REVIEW, "mismatch:amount", None)


def test_a_paid_charge_needs_no_code(rig: Rig) -> None:
    answer(rig, "GET", charge("CONCLUIDA", pixCopiaECola="nonsense", pix=[pix()]))
    assert rig.read(TXID).status is PaymentStatus.PAID


def test_a_charge_with_a_location_alone_gets_a_code_of_ours(rig: Rig) -> None:
    answer(rig, "PUT", charge(pixCopiaECola=None), status=201)
    shown = rig.start().snapshot.instructions
    assert shown is not None
    assert shown.pix_code == CODE.replace("6009SAO PAULO", "6009Sao Paulo")[:-4] + (shown.pix_code or "")[-4:]


@pytest.mark.invariant("PAY-04")
def test_a_store_that_cannot_make_the_code_has_still_made_the_charge() -> None:
    rig = Rig(fields={"merchant_name": "REPLACE_ME"})
    answer(rig, "PUT", charge(pixCopiaECola=None), status=201)
    with pytest.raises(ProviderAmbiguous):
        rig.start()


def test_a_bank_that_leaves_devolucoes_out_of_the_charge_is_asked_for_the_pix(rig: Rig) -> None:
    ledger = with_refunds(at_bank(TXID), sent_refund("r1", 1000, E2EID))
    answer(rig, "GET", charge("CONCLUIDA", pix=[pix()]), path="/cob/")
    answer(rig, "GET", pix(devolucoes=[devolucao()]), path="/pix/")
    (refund,) = rig.read(TXID, ledger).refunds
    assert (refund.refund_id, refund.status) == ("r1", CommandStatus.SUCCEEDED)
    asked = len(rig.sent)
    answer(rig, "GET", charge("CONCLUIDA", pix=[pix()]), path="/cob/")
    rig.read(TXID, at_bank(TXID))
    assert len(rig.sent) == asked + 1, "and not where nothing was sent back"


def test_the_devolucao_just_made_counts_although_the_charge_does_not_show_it_yet(rig: Rig) -> None:
    txid = rig.start().snapshot.provider_ref
    e2eid = rig.pay(txid)
    answer(rig, "GET", charge("CONCLUIDA", pix=[pix(endToEndId=e2eid, devolucoes=[])]), path="/cob/")
    (refund,) = rig.refund(txid, e2eid, 1000).refunds
    assert (refund.refund_id, refund.amount, refund.receipt_ref) == ("r1", 1000, e2eid)


def test_a_removal_that_is_answered_with_nothing_is_read(rig: Rig) -> None:
    txid = rig.start().snapshot.provider_ref
    answer(rig, "PATCH", {}, status=200)
    assert rig.cancel(txid).status is PaymentStatus.CANCELED


def test_a_charge_that_ran_out_and_that_the_bank_does_not_remove_is_over(rig: Rig) -> None:
    refusal: Json = {"nome": "status_cobranca_invalido", "mensagem": "A cobrança está expirada."}
    old = charge(calendario={"criacao": "2026-11-24T11:00:00Z", "expiracao": "1800"})
    answer(rig, "PATCH", refusal, status=400)
    answer(rig, "GET", old)
    seen = rig.cancel(TXID)
    assert (seen.status, seen.raw_status, seen.instructions) == (PaymentStatus.CANCELED, "ATIVA, run out", None)


def test_one_that_can_still_be_paid_and_is_not_removed_is_refused(rig: Rig) -> None:
    answer(rig, "PATCH", {"nome": "operacao_invalida"}, status=400)
    answer(rig, "GET", charge())
    with pytest.raises(ProviderRefused) as refusal:
        rig.cancel(TXID)
    assert refusal.value.details == {"provider_code": "operacao_invalida"}


@pytest.mark.parametrize("status", [400, 409, 422])
@pytest.mark.parametrize("body", [{"nome": "txid_duplicado"}, {"erros": [{"codigo": "4769515"}]}, {}])
def test_a_bank_that_refuses_a_second_put_is_believed_only_after_a_look(rig: Rig, status: int, body: Json) -> None:
    txid = rig.start().snapshot.provider_ref
    rig.fault(FaultKind.STATUS, method="PUT", status=status, body=body)
    assert rig.start().snapshot.provider_ref == txid


def test_numbers_where_the_standard_has_texts_are_read_without_rounding(rig: Rig) -> None:
    answer(rig, "GET", charge(valor={"original": 129.9}, calendario={"criacao": "2026-11-24T12:00:00Z"}))
    assert rig.read(TXID).money == PRICE


def test_an_answer_that_contradicts_itself_after_a_paid_charge_is_not_a_cancel(rig: Rig) -> None:
    answer(rig, "PATCH", {"type": "https://pix.bcb.gov.br/api/v2/error/CobOperacaoInvalida"}, status=400)
    answer(rig, "GET", charge("ATIVA", pix=[pix()]))
    with pytest.raises(ProviderConflict):
        rig.cancel(TXID)
