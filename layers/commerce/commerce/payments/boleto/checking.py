"""What a provider issued against what it was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from commerce.payments.boleto.codes import Boleto, parse_barcode, parse_line
from commerce.platform.money import Money


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as asked: `field` is digitable_line, amount (in cents) or due_date (ISO 8601)."""

    field: str
    asked: str
    issued: str


def check_boleto(barcode: str, line: str, *, amount: Money, due_date: date, reference: date) -> tuple[Difference, ...]:
    """In what the issued codes differ from what was asked; empty when they are right.

    Args:
        barcode: 44 digits.
        line: 47 digits, with or without dots and spaces.
        reference: the date on which the boleto is read, today as a rule: due factors repeat (see `due_factor`).

    Raises:
        Unprocessable: `invalid_barcode` or `invalid_digitable_line` when one of them is none at all.
    """
    return tuple(_differences(parse_barcode(barcode), parse_line(line), amount, due_date, reference))


def _differences(
    boleto: Boleto, written: Boleto, amount: Money, due_date: date, reference: date
) -> Iterator[Difference]:
    if boleto != written:
        yield Difference("digitable_line", boleto.line, written.line)
    if boleto.amount != amount:
        yield Difference("amount", str(amount.amount), str(boleto.amount.amount if boleto.amount else 0))
    due = boleto.due_date(reference=reference)
    if due != due_date:
        yield Difference("due_date", due_date.isoformat(), due.isoformat() if due else "none")
