"""Webhooks as hints: ids and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from commerce.payments.gateways.bacen import events
from commerce.payments.gateways.bacen.events import parsed, translate
from commerce.platform.errors import BadRequest
from commerce.platform.webhooks import WebhookCall
from tests.unit.payments.bacen.objects import E2EID, TXID, devolucao, pix

CALL = WebhookCall(b"", {})
OTHER = "E99999004202611241201abcdefghijk"


@pytest.fixture(autouse=True)
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    outcomes: list[str] = []
    monkeypatch.setattr(events, "count", lambda _, provider, outcome: outcomes.append(f"{provider}:{outcome}"))
    return outcomes


def message(event_id: str, kind: str = "pix", e2eid: str = E2EID) -> dict[str, object]:
    return {
        "kind": "event",
        "provider": "bacen",
        "event_id": event_id,
        "type": kind,
        "object_id": e2eid,
        "txid": TXID,
        "correlation_id": event_id,
    }


def test_each_pix_of_a_batch_is_a_message_of_ids() -> None:
    body = {"pix": [pix(pagador={"cpf": "39053344705", "nome": "Ana"}), pix(endToEndId=OTHER)]}
    assert translate(CALL, body) == [message(E2EID), message(OTHER, e2eid=OTHER)]


@pytest.mark.invariant("PAY-13")
def test_each_step_of_a_devolucao_is_news_of_its_own() -> None:
    ids = [
        found["event_id"]
        for status in ("EM_PROCESSAMENTO", "DEVOLVIDO", "DEVOLVIDO")
        for found in translate(CALL, {"pix": [pix(devolucoes=[devolucao("r1", status), devolucao("r2")])]})
    ]
    assert ids == [
        f"{E2EID}:r1:EM_PROCESSAMENTO",
        f"{E2EID}:r2:DEVOLVIDO",
        *[f"{E2EID}:r1:DEVOLVIDO", f"{E2EID}:r2:DEVOLVIDO"] * 2,
    ]
    assert translate(CALL, {"pix": [pix(devolucoes=[devolucao()])]}) == [message(f"{E2EID}:r1:DEVOLVIDO", "devolucao")]


@pytest.mark.invariant("PAY-15")
@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        (pix(txid=None), "no_txid"),
        (pix(txid=""), "no_txid"),
        (pix(txid="TABLE7"), "foreign_txid"),
        (pix(txid="f" * 32), "foreign_txid"),
        (pix(txid=7), "foreign_txid"),
    ],
)
def test_a_pix_of_somebody_elses_charge_is_counted_and_left_alone(
    found: dict[str, Any], outcome: str, counted: list[str]
) -> None:
    assert translate(CALL, {"pix": [found, pix()]}) == [message(E2EID)]
    assert counted == [f"bacen:{outcome}"]


@pytest.mark.parametrize("body", [{}, {"evento": "teste_webhook"}, {"pix": None}, {"rec": []}])
def test_the_call_with_which_a_bank_tries_the_address_is_acknowledged(body: dict[str, Any], counted: list[str]) -> None:
    assert translate(CALL, body) == []
    assert counted == ["bacen:no_pix"]


def test_an_empty_list_says_nothing(counted: list[str]) -> None:
    assert translate(CALL, {"pix": []}) == []
    assert counted == []


@pytest.mark.parametrize(
    "broken",
    [
        "x",
        None,
        pix(endToEndId=None),
        pix(endToEndId="E1"),
        pix(endToEndId="E" * 31 + "/"),
        pix(devolucoes=["x"]),
        pix(devolucoes=[{"id": "r1"}]),
        pix(devolucoes=[devolucao("r:1")]),
        pix(devolucoes=[devolucao("r" * 41)]),
    ],
)
def test_what_is_no_pix_is_refused_and_holds_up_no_other(broken: object, counted: list[str]) -> None:
    with pytest.raises(BadRequest) as refusal:
        translate(CALL, {"pix": [broken, pix(txid="TABLE7")]})
    assert refusal.value.code == "malformed_event"
    counted.clear()

    assert translate(CALL, {"pix": [broken, pix(), broken]}) == [message(E2EID)]
    assert counted == ["bacen:malformed"] * 2


def test_a_bare_list_is_read_like_the_standards_object() -> None:
    assert parsed(json.dumps([pix()]).encode()) == parsed(json.dumps({"pix": [pix()]}).encode())


@pytest.mark.parametrize("raw", [b"", b"x", b'"pix"', b"7", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_refused(raw: bytes) -> None:
    with pytest.raises(BadRequest) as refusal:
        parsed(raw)
    assert refusal.value.code == "malformed_json"
