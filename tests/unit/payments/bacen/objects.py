"""Charges, Pix and devoluções as banks show them; changed by keyword."""

from __future__ import annotations

from typing import Any

from commerce.payments.gateways.bacen.txids import txid_of
from tests.unit.payments.pix.codes import CODE, LOCATION

type Json = dict[str, Any]

KEY = "3f0c1a52-7d6e-4b8a-9e21-5c4d7f9b2a60"
TXID = txid_of("pay_1", by_date=False)
BY_DATE_TXID = txid_of("pay_1", by_date=True)
E2EID = "E99999004202611241200wtZ94TcYfQ6"
RTR = "D99999004202611241200wtZ94TcYfQ6"


def charge(status: str = "ATIVA", **changes: Any) -> Json:
    shown = {
        "txid": TXID,
        "status": status,
        "revisao": "0",
        "calendario": {"criacao": "2026-11-24T12:00:00.358Z", "expiracao": "1800"},
        "valor": {"original": "129.90"},
        "chave": KEY,
        "infoAdicionais": [{"nome": "Pedido", "valor": "order-1"}, {"nome": "Pagamento", "valor": "pay_1"}],
        "location": LOCATION,
        "pixCopiaECola": CODE,
    }
    return {name: value for name, value in {**shown, **changes}.items() if value is not None}


def by_date(status: str = "ATIVA", *, due: str = "2026-11-30", days: str = "0", **changes: Any) -> Json:
    calendar = {"criacao": "2026-11-24T12:00:00Z", "dataDeVencimento": due, "validadeAposVencimento": days}
    return charge(status, **{"txid": BY_DATE_TXID, "calendario": calendar, **changes})


def pix(**changes: Any) -> Json:
    shown = {"endToEndId": E2EID, "txid": TXID, "valor": "129.90", "horario": "2026-11-24T12:10:00.000-03:00"}
    return {**shown, **changes}


def devolucao(identity: str = "r1", status: str = "DEVOLVIDO", **changes: Any) -> Json:
    return {"id": identity, "rtrId": RTR, "valor": "10.00", "status": status, "horario": {}, **changes}
