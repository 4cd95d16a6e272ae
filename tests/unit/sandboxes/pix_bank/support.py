"""A client on the bank's sandbox, in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import requests

from commerce.platform.clock import ManualClock
from local.sandboxes.kernel.adapter import WsgiAdapter
from local.sandboxes.kernel.clock import from_epoch
from local.sandboxes.pix_bank.app import CLIENT_ID, CLIENT_SECRET, PIX_KEY, PixBankSandbox
from local.sandboxes.pix_bank.settings import Settings

BASE = "https://pix.bank.example"
START = 1_800_000_000
TXID = "order1attempt1000000000000000001"
OTHER_TXID = "order1attempt2000000000000000002"
HOOK = "https://store.example/pix/secret"
COB: dict[str, Any] = {
    "calendario": {"expiracao": 1800},
    "devedor": {"cpf": "12345678909", "nome": "Ana Souza"},
    "valor": {"original": "37.90"},
    "chave": PIX_KEY,
    "infoAdicionais": [{"nome": "Pedido", "valor": "order-1"}, {"nome": "Pagamento", "valor": "pay-1"}],
}
COBV: dict[str, Any] = {
    "calendario": {"dataDeVencimento": "2027-01-20", "validadeAposVencimento": 5},
    "devedor": {"cnpj": "12345678000195", "nome": "Ana Souza Ltda", "cidade": "Recife", "uf": "PE"},
    "valor": {"original": "100.00", "multa": {"modalidade": 2, "valorPerc": "2.00"}},
    "chave": PIX_KEY,
}


@dataclass
class Desk:
    """`call` sends with the token at hand; `token` asks for one."""

    box: PixBankSandbox
    session: requests.Session
    bearer: str = ""

    @property
    def world(self) -> Any:
        return self.box.world

    def token(self, **data: str) -> requests.Response:
        given = {"grant_type": "client_credentials", **data}
        answer = self.session.post(f"{BASE}/oauth/token", data=given, auth=(CLIENT_ID, CLIENT_SECRET))
        self.bearer = answer.json().get("access_token", self.bearer)
        return answer

    def call(self, method: str, path: str, body: object = None, **query: str) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.bearer}"}
        url = f"{BASE}{self.box.state.settings.base_path}{path}"
        return self.session.request(method, url, json=body, params=query, headers=headers)

    def cob(self, txid: str = TXID, **changes: Any) -> requests.Response:
        return self.call("PUT", f"/cob/{txid}", COB | changes)

    def read(self, txid: str = TXID, kind: str = "cob") -> Any:
        return self.call("GET", f"/{kind}/{txid}").json()

    def paid(self, txid: str = TXID, **how: Any) -> str:
        """The EndToEndId of a Pix for a new cob."""
        assert self.cob(txid).status_code == 201
        return str(self.world.pay(txid, **how)["endToEndId"])

    def give_back(self, e2eid: str, identity: str, valor: str, **more: str) -> requests.Response:
        return self.call("PUT", f"/pix/{e2eid}/devolucao/{identity}", {"valor": valor, **more})

    def hear(self) -> None:
        assert self.call("PUT", f"/webhook/{PIX_KEY}", {"webhookUrl": HOOK}).status_code == 200

    def heard(self) -> list[list[dict[str, Any]]]:
        """The `pix` of every webhook since the last look."""
        return [json.loads(delivery.body)["pix"] for delivery in self.box.webhooks.drain()]

    def control(self, path: str, **body: Any) -> requests.Response:
        return self.session.post(f"{BASE}/_sandbox{path}", json=body)


def open_desk(settings: Settings | None = None) -> Desk:
    box = PixBankSandbox(clock=ManualClock(from_epoch(START)), settings=settings, seed=b"tests")
    session = requests.Session()
    session.mount(BASE, WsgiAdapter(box))
    return Desk(box, session)


def problem(answer: requests.Response, status: int, kind: str) -> list[str]:
    """The properties that an error names, after a look at the rest of it."""
    body = answer.json()
    assert (answer.status_code, body["status"]) == (status, status), body
    assert body["type"] == f"https://pix.bcb.gov.br/api/v2/error/{kind}", body
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert body["title"]
    assert body["detail"]
    return [violation["propriedade"] for violation in body.get("violacoes", [])]
