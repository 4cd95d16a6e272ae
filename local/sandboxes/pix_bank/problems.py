"""Errors as the standard defines them: RFC 7807 with `violacoes` (API Pix, "Tratamento de erros")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from local.sandboxes.kernel.answer import Answer, json_answer

_TYPES = "https://pix.bcb.gov.br/api/v2/error/"


@dataclass(frozen=True, slots=True)
class Violation:
    """`Violacao`: the property, why it is wrong, and what it was."""

    propriedade: str
    razao: str
    valor: str | None = None

    def to_json(self) -> dict[str, str]:
        shown = {"razao": self.razao, "propriedade": self.propriedade}
        return shown if self.valor is None else {**shown, "valor": self.valor}


class PixProblem(Exception):
    """A request that the bank answers with an error; `kind` is the last part of its `type`."""

    def __init__(self, status: int, kind: str, title: str, detail: str, violations: Sequence[Violation] = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.title = title
        self.violations = tuple(violations)

    def answer(self) -> Answer:
        body: dict[str, Any] = {
            "type": _TYPES + self.kind,
            "title": self.title,
            "status": self.status,
            "detail": str(self),
        }
        if self.violations:
            body["violacoes"] = [violation.to_json() for violation in self.violations]
        return json_answer(body, self.status, {"Content-Type": "application/problem+json"})


def bad_request(detail: str, *violations: Violation) -> PixProblem:
    return PixProblem(400, "RequisicaoInvalida", "Requisição inválida.", detail, violations)


def invalid(kind: str, *violations: Violation, detail: str = "A requisição viola regras da API.") -> PixProblem:
    """400 of one resource, such as `CobOperacaoInvalida` or `PixConsultaInvalida`."""
    return PixProblem(400, kind, "Operação inválida.", detail, violations)


def not_found(kind: str, what: str) -> PixProblem:
    return PixProblem(404, kind, "Não encontrado.", f"{what} não existe para este recebedor.")


def forbidden(scope: str) -> PixProblem:
    return PixProblem(403, "AcessoNegado", "Acesso negado.", f"O token não tem o escopo {scope}.")


def outage(status: int) -> Answer:
    """The body for an error that a test asked for; a status that the standard does not name is `about:blank`."""
    known = {
        400: ("RequisicaoInvalida", "Requisição inválida."),
        403: ("AcessoNegado", "Acesso negado."),
        404: ("NaoEncontrado", "Não encontrado."),
        410: ("PermanentementeRemovido", "Removido."),
        500: ("ErroInternoDoServidor", "Erro interno."),
        503: ("ServicoIndisponivel", "Serviço indisponível."),
        504: ("IndisponibilidadePorTempoEsgotado", "Tempo esgotado."),
    }
    kind, title = known.get(status, ("", f"HTTP {status}"))
    body = {"type": _TYPES + kind if kind else "about:blank", "title": title, "status": status}
    return json_answer(body, status, {"Content-Type": "application/problem+json"})
