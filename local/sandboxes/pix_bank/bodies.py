"""The bodies that the API takes: CobSolicitada, CobRevisada, CobVSolicitada, CobVRevisada, DevolucaoSolicitada and
WebhookSolicitado of the standard.

Pix Saque and Pix Troco (`valor.retirada`, natureza RETIRADA) are not in this receiver's contract and are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from local.sandboxes.pix_bank.documents import is_cnpj, is_cpf
from local.sandboxes.pix_bank.fields import (
    Check,
    all_of,
    amount,
    day,
    figure,
    items,
    one_of,
    record,
    report,
    text,
    whole,
)
from local.sandboxes.pix_bank.problems import Violation

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_MODALITY = "modalidade"


def _document(test: Callable[[object], bool], name: str) -> Check:
    def check(value: Any, at: str, found: list[Violation]) -> None:
        if not test(value):
            report(found, at, f"{name} inválido.", value)

    return check


def _one_document(value: Any, at: str, found: list[Violation]) -> None:
    if isinstance(value, dict) and ("cpf" in value) == ("cnpj" in value):
        report(found, at, "Deve ter cpf ou cnpj, e só um deles.")


def _person(extra: Mapping[str, Check] | None = None) -> Check:
    documents = {"cpf": _document(is_cpf, "CPF"), "cnpj": _document(is_cnpj, "CNPJ")}
    return all_of(record({"nome": text(200, 1)}, {**documents, **(extra or {})}), _one_document)


def _discount(value: Any, at: str, found: list[Violation]) -> None:
    """Kinds 1 and 2 have dates, kinds 3 to 6 a percentage or sum per day."""
    before = len(found)
    dated = record({"data": day, "valorPerc": figure})
    record({_MODALITY: whole(1, 6)}, {"descontoDataFixa": items(dated, 3, 1), "valorPerc": figure})(value, at, found)
    if len(found) == before:
        wanted, other = "descontoDataFixa", "valorPerc"
        if value[_MODALITY] > 2:
            wanted, other = other, wanted
        if wanted not in value or other in value:
            report(found, at, f"Com esta modalidade, {wanted} é obrigatório e {other} não existe.")


def _per(highest: int) -> Check:
    return record({_MODALITY: whole(1, highest), "valorPerc": figure})


def _webhook_url(value: Any, at: str, found: list[Violation]) -> None:
    parts = urlsplit(value) if isinstance(value, str) else None
    if parts is None or not parts.hostname or parts.username or parts.query or parts.fragment:
        report(found, at, "Deve ser uma URL sem credenciais, query e fragmento.")
    elif parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        report(found, at, "Deve ser https.")


_COMMON: dict[str, Check] = {
    "loc": record({"id": whole(0, 2**63 - 1)}),
    "solicitacaoPagador": text(140),
    "infoAdicionais": items(record({"nome": text(50, 1), "valor": text(200, 1)}), 50),
}
_KEY = text(77, 1)
_STATUS = {"status": one_of("REMOVIDA_PELO_USUARIO_RECEBEDOR")}

_COB_CALENDAR: dict[str, Check] = {"expiracao": whole(1)}
_COB_SUM: dict[str, Check] = {"modalidadeAlteracao": whole(0, 1)}
_COB_DEBTOR = _person()

_COBV_CALENDAR: dict[str, Check] = {"validadeAposVencimento": whole(0)}
_COBV_SUM: dict[str, Check] = {"multa": _per(2), "juros": _per(8), "abatimento": _per(2), "desconto": _discount}
_COBV_DEBTOR = _person(
    {"email": text(200), "logradouro": text(200), "cidade": text(200), "uf": text(2), "cep": text(8)},
)

COB = record(
    {"calendario": record({}, _COB_CALENDAR), "valor": record({"original": amount}, _COB_SUM), "chave": _KEY},
    {"devedor": _COB_DEBTOR, **_COMMON},
)
COB_REVISED = record(
    {},
    {
        "calendario": record({}, _COB_CALENDAR),
        "valor": record({}, {"original": amount, **_COB_SUM}),
        "chave": _KEY,
        "devedor": _COB_DEBTOR,
        **_COMMON,
        **_STATUS,
    },
)
COBV = record(
    {
        "calendario": record({"dataDeVencimento": day}, _COBV_CALENDAR),
        "valor": record({"original": amount}, _COBV_SUM),
        "chave": _KEY,
        "devedor": _COBV_DEBTOR,
    },
    _COMMON,
)
COBV_REVISED = record(
    {},
    {
        "calendario": record({"dataDeVencimento": day}, _COBV_CALENDAR),
        "valor": record({}, {"original": amount, **_COBV_SUM}),
        "chave": _KEY,
        "devedor": _COBV_DEBTOR,
        **_COMMON,
        **_STATUS,
    },
)
DEVOLUCAO = record({"valor": amount}, {"natureza": one_of("ORIGINAL"), "descricao": text(140)})
WEBHOOK = record({"webhookUrl": _webhook_url})
