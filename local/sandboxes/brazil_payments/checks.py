"""Checks of request bodies, told field by field."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from werkzeug.wrappers import Request

from local.sandboxes.brazil.tax_ids import is_cnpj, is_cpf
from local.sandboxes.brazil_payments.errors import Flaw, error_answer
from local.sandboxes.kernel.answer import Refusal

_AMOUNT = re.compile(r"(0|[1-9]\d{0,7})\.\d\d", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ZIP = re.compile(r"\d{8}", re.ASCII)
_STATE = re.compile(r"[A-Z]{2}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def json_object(request: Request) -> dict[str, Any]:
    """
    Raises:
        Refusal: 415 for another content type, 422 for anything but a JSON object.
    """
    if request.mimetype != "application/json":
        raise Refusal(error_answer(415, "Send application/json."))
    try:
        value = json.loads(request.get_data())
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Refusal(error_answer(422, "The body is no JSON object."))
    return value


@dataclass(slots=True)
class Checks:
    """Reads the fields of one object; `close` refuses when anything was wrong.

    What a wrong field gives is of no account, as long as it is of the right type.
    """

    given: Mapping[str, Any]
    at: str = ""
    flaws: list[Flaw] = field(default_factory=list)
    _read: set[str] = field(default_factory=set)

    def wrong(self, name: str, message: str) -> None:
        self.flaws.append(Flaw(self.at + name, message))

    def value(self, name: str, *, required: bool = True) -> Any:
        self._read.add(name)
        if required and self.given.get(name) is None:
            self.wrong(name, "is required")
        return self.given.get(name)

    def text(self, name: str, longest: int, *, required: bool = True) -> str:
        value = self.value(name, required=required)
        if value is not None and (not isinstance(value, str) or not value.strip() or len(value) > longest):
            self.wrong(name, f"is a text of 1 to {longest} characters")
        return value if isinstance(value, str) else ""

    def shaped(self, name: str, pattern: re.Pattern[str], message: str) -> str:
        value = self.value(name)
        if value is not None and (not isinstance(value, str) or not pattern.fullmatch(value)):
            self.wrong(name, message)
            return ""
        return value or ""

    def cents(self, name: str) -> int:
        text = self.shaped(name, _AMOUNT, 'is a decimal text with two decimals, such as "129.90"')
        cents = int(text.replace(".", "")) if text else 0
        if text and cents == 0:
            self.wrong(name, "must be more than zero")
        return cents

    def whole(self, name: str, least: int, most: int) -> int:
        value = self.value(name)
        if value is None:
            return least
        if type(value) is not int or not least <= value <= most:
            self.wrong(name, f"is a whole number from {least} to {most}")
            return least
        return value

    def day(self, name: str, earliest: date) -> date:
        text = self.shaped(name, _DATE, "is a date such as 2027-01-31")
        if not text:
            return earliest
        try:
            day = date.fromisoformat(text)
        except ValueError:
            self.wrong(name, "is no date of the calendar")
            return earliest
        if day < earliest:
            self.wrong(name, f"lies before today, {earliest}")
        return day

    def part(self, name: str) -> Checks:
        """The object at `name`, with the same list of flaws."""
        value = self.value(name)
        if value is not None and not isinstance(value, dict):
            self.wrong(name, "is an object")
        known = isinstance(value, dict)
        return Checks(value if known else {}, f"{self.at}{name}.", self.flaws if known else [])

    def end(self) -> None:
        """Everything that was not read is unknown."""
        for name in self.given:
            if name not in self._read:
                self.wrong(name, "is not known")

    def close(self) -> None:
        """
        Raises:
            Refusal: 422 with every flaw.
        """
        self.end()
        if self.flaws:
            raise Refusal(error_answer(422, "Some fields are wrong.", flaws=tuple(self.flaws)))


def check_payer(body: Checks, *, with_address: bool) -> None:
    payer = body.part("payer")
    payer.text("name", 120)
    payer.shaped("email", _EMAIL, "is an e-mail address")
    tax_id = payer.value("tax_id")
    if tax_id is not None and not (isinstance(tax_id, str) and (is_cpf(tax_id) or is_cnpj(tax_id))):
        payer.wrong("tax_id", "is a CPF or CNPJ without punctuation")
    if with_address:
        address = payer.part("address")
        for name in ("street", "number", "neighborhood", "city"):
            address.text(name, 120)
        address.text("complement", 120, required=False)
        address.shaped("state", _STATE, "has two letters, such as SP")
        address.shaped("zip_code", _ZIP, "has eight digits")
        address.end()
    payer.end()
