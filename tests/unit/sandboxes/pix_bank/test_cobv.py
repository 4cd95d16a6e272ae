"""Charges with a due date."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from local.sandboxes.pix_bank.bank import BRASILIA, Charge
from tests.unit.sandboxes.pix_bank.support import COBV, TXID, Desk, problem

DAY = 86_400
START = datetime(2020, 10, 1, tzinfo=UTC)


def put(desk: Desk, **changes: Any) -> Any:
    return desk.call("PUT", f"/cobv/{TXID}", COBV | changes)


def test_a_new_cobv_shows_who_receives(desk: Desk) -> None:
    made = put(desk).json()
    assert (made["status"], made["loc"]["tipoCob"], made["recebedor"]["nome"]) == ("ATIVA", "cobv", "Loja Exemplo")
    assert desk.read(kind="cobv") == made


def test_it_is_payable_to_the_end_of_its_last_day_in_brasilia(desk: Desk) -> None:
    put(desk)
    # 2027-01-15 05:00 in Brasília; the last day is 01-25 and ends 10 days and 19 hours later.
    desk.box.advance(10 * DAY + 19 * 3600 - 1)
    assert not desk.box.state.charges[TXID].expired(desk.box.clock.now())
    desk.box.advance(1)
    with pytest.raises(ValueError, match="expired"):
        desk.world.pay(TXID)
    desk.world.pay(TXID, late=True)
    desk.token()
    assert desk.read(kind="cobv")["status"] == "CONCLUIDA"


@pytest.mark.parametrize(
    ("due", "days", "last"),
    [
        ("2020-10-20", 4, "2020-10-26"),
        ("2020-12-25", 0, "2020-12-28"),
        ("2020-12-25", 1, "2020-12-29"),
        ("2020-12-25", 3, "2020-12-31"),
        ("2020-12-25", 4, "2021-01-04"),
        ("2021-08-27", 5, "2021-09-01"),
        ("2021-08-28", 5, "2021-09-06"),
    ],
)
def test_its_last_day_moves_as_in_the_standard_s_examples(due: str, days: int, last: str) -> None:
    calendar = {"dataDeVencimento": due, "validadeAposVencimento": days}
    charge = Charge("cobv", TXID, START, 1, "l", [{"calendario": calendar}])
    ends = datetime.combine(date.fromisoformat(last), time.max, BRASILIA)
    assert not charge.expired(ends)
    assert charge.expired(ends + timedelta(seconds=1))


def test_a_patch_moves_the_due_date_and_may_remove(desk: Desk) -> None:
    put(desk)
    moved = desk.call("PATCH", f"/cobv/{TXID}", {"calendario": {"dataDeVencimento": "2027-02-01"}}).json()
    assert moved["calendario"]["dataDeVencimento"] == "2027-02-01"
    assert moved["calendario"]["validadeAposVencimento"] == 5
    removal = {"status": "REMOVIDA_PELO_USUARIO_RECEBEDOR"}
    assert desk.call("PATCH", f"/cobv/{TXID}", removal).json()["status"] == removal["status"]


def test_cob_and_cobv_share_their_txids(desk: Desk) -> None:
    put(desk)
    assert problem(desk.cob(), 400, "CobOperacaoInvalida") == ["txid"]
    problem(desk.call("GET", f"/cob/{TXID}"), 404, "CobNaoEncontrado")


DATED = {"modalidade": 1, "descontoDataFixa": [{"data": "2027-01-18", "valorPerc": "5.00"}]}


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"calendario": {"dataDeVencimento": "2027-01-14"}}, "cobv.calendario.dataDeVencimento"),
        ({"calendario": {"dataDeVencimento": "20/01/2027"}}, "cobv.calendario.dataDeVencimento"),
        ({"calendario": {"dataDeVencimento": "2027-01-20", "validadeAposVencimento": -1}}, "validadeAposVencimento"),
        ({"devedor": {"nome": "Ana"}}, "cobv.devedor"),
        ({"valor": {"original": "1.00", "multa": {"modalidade": 3, "valorPerc": "2.00"}}}, "multa.modalidade"),
        ({"valor": {"original": "1.00", "desconto": {"modalidade": 3, **DATED, "valorPerc": "1.00"}}}, "desconto"),
        ({"valor": {"original": "1.00", "desconto": {"modalidade": 1}}}, "desconto"),
    ],
)
def test_a_wrong_field_is_named(desk: Desk, changes: dict[str, Any], wrong: str) -> None:
    (found,) = problem(put(desk, **changes), 400, "CobVOperacaoInvalida")
    assert found.endswith(wrong)


@pytest.mark.parametrize("discount", [DATED, {"modalidade": 3, "valorPerc": "1.00"}])
def test_discounts_by_date_and_by_day_are_taken(desk: Desk, discount: dict[str, Any]) -> None:
    assert put(desk, valor={"original": "10.00", "desconto": discount}).status_code == 201


def test_cobvs_are_listed_apart(desk: Desk) -> None:
    put(desk)
    window = {"inicio": "2027-01-15T00:00:00Z", "fim": "2027-01-16T00:00:00Z"}
    assert len(desk.call("GET", "/cobv", **window).json()["cobs"]) == 1
    assert desk.call("GET", "/cob", **window).json()["cobs"] == []
