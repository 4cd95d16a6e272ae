"""The query of a list: window of time, filters and pages (API Pix, parameters of GET /cob, /cobv and /pix)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from local.sandboxes.pix_bank.bank import Json
from local.sandboxes.pix_bank.fields import report
from local.sandboxes.pix_bank.problems import Violation, invalid

_PAGE = "paginacao.paginaAtual"
_SIZE = "paginacao.itensPorPagina"
_LARGEST = 1000


class Query:
    """
    Args:
        args: the query as sent.
        filters: names of the filters that this list has.
        wrong: the error's type.

    Raises:
        PixProblem: 400 with every violation.
    """

    def __init__(self, args: Mapping[str, str], filters: Sequence[str], wrong: str) -> None:
        found: list[Violation] = []
        self._start = _moment(args, "inicio", found)
        self._end = _moment(args, "fim", found)
        self._page = _number(args, _PAGE, 0, 0, found)
        self._size = _number(args, _SIZE, 100, 1, found)
        self._filters = {name: args[name] for name in filters if name in args}
        for name in sorted(set(args) - {"inicio", "fim", _PAGE, _SIZE, *filters}):
            report(found, name, "Parâmetro desconhecido.")
        for name, value in self._filters.items():
            if name.endswith("Presente") and value not in ("true", "false"):
                report(found, name, "Deve ser true ou false.", value)
        if "cpf" in self._filters and "cnpj" in self._filters:
            report(found, "cpf", "cpf e cnpj não se combinam.")
        if not found and self._end < self._start:
            report(found, "fim", "É anterior a inicio.", args["fim"])
        if found:
            raise invalid(wrong, *found, detail="A consulta não respeita o schema.")
        self._sent = {"inicio": args["inicio"], "fim": args["fim"]}

    def covers(self, moment: datetime) -> bool:
        return self._start <= moment <= self._end

    def fits(self, name: str, value: str | None) -> bool:
        """Whether the filter was not asked for, or asks for `value`."""
        return name not in self._filters or self._filters[name] == value

    def shown(self) -> Json:
        """`parametros` of the answer, without `paginacao`."""
        flags = {name: value == "true" for name, value in self._filters.items() if name.endswith("Presente")}
        return {**self._sent, **self._filters, **flags}

    def page[T](self, found: Sequence[T]) -> tuple[Sequence[T], Json]:
        """The rows of the page that was asked for, and `{"paginacao": ...}`."""
        first = self._page * self._size
        pages = max(1, -(-len(found) // self._size))
        told: Json = {
            "paginaAtual": self._page,
            "itensPorPagina": self._size,
            "quantidadeDePaginas": pages,
            "quantidadeTotalDeItens": len(found),
        }
        return found[first : first + self._size], {"paginacao": told}


def flag(value: bool) -> str:
    return "true" if value else "false"


def _moment(args: Mapping[str, str], name: str, found: list[Violation]) -> datetime:
    try:
        moment = datetime.fromisoformat(args[name])
        if moment.tzinfo is not None:
            return moment
    except (KeyError, ValueError):
        pass
    report(found, name, "Deve ser uma data com hora e fuso, segundo a RFC 3339.", args.get(name))
    return datetime.max.replace(tzinfo=UTC)


def _number(args: Mapping[str, str], name: str, default: int, least: int, found: list[Violation]) -> int:
    text = args.get(name, str(default))
    if text.isdecimal() and least <= int(text) <= _LARGEST:
        return int(text)
    report(found, name, f"Deve ser um inteiro de {least} a {_LARGEST}.", text)
    return default
