"""What a request's body may hold. Everything wrong is found, not only the first thing: the standard lists violations.

A check looks at one value and reports into a list; values are used afterwards as they came.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from local.sandboxes.pix_bank.problems import Violation

type Check = Callable[[Any, str, list[Violation]], None]
"""`check(value, property, found)`."""


def report(found: list[Violation], at: str, reason: str, value: object = None) -> None:
    found.append(Violation(at, reason, None if value is None else str(value)[:100]))


def text(longest: int, shortest: int = 0) -> Check:
    def check(value: Any, at: str, found: list[Violation]) -> None:
        if not isinstance(value, str) or not shortest <= len(value) <= longest:
            report(found, at, f"Deve ser um texto de {shortest} a {longest} caracteres.", value)

    return check


def matching(pattern: str, reason: str) -> Check:
    def check(value: Any, at: str, found: list[Violation]) -> None:
        if not isinstance(value, str) or re.fullmatch(pattern, value, re.ASCII) is None:
            report(found, at, reason, value)

    return check


def whole(lowest: int, highest: int = 2**31 - 1) -> Check:
    def check(value: Any, at: str, found: list[Violation]) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            report(found, at, f"Deve ser um inteiro de {lowest} a {highest}.", value)

    return check


def one_of(*choices: str) -> Check:
    def check(value: Any, at: str, found: list[Violation]) -> None:
        if value not in choices:
            report(found, at, f"Deve ser {' ou '.join(choices)}.", value)

    return check


def day(value: Any, at: str, found: list[Violation]) -> None:
    try:
        if date.fromisoformat(value).isoformat() == value:
            return
    except (TypeError, ValueError):
        pass
    report(found, at, "Deve ser uma data no formato AAAA-MM-DD.", value)


def amount(value: Any, at: str, found: list[Violation]) -> None:
    """An amount of money above zero: `\\d{1,10}\\.\\d{2}`."""
    before = len(found)
    figure(value, at, found)
    if len(found) == before and not value.strip("0."):
        report(found, at, "Não pode ser zero.", value)


figure = matching(r"\d{1,10}\.\d{2}", "Deve ter de 1 a 10 dígitos, um ponto e 2 dígitos.")
"""A sum or a percentage, zero included."""


def items(check_item: Check, most: int, least: int = 0) -> Check:
    def check(value: Any, at: str, found: list[Violation]) -> None:
        if not isinstance(value, list) or not least <= len(value) <= most:
            report(found, at, f"Deve ser uma lista de {least} a {most} elementos.")
            return
        for number, item in enumerate(value):
            check_item(item, f"{at}[{number}]", found)

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these fields and no others."""
    known = {**required, **(optional or {})}

    def check(value: Any, at: str, found: list[Violation]) -> None:
        if not isinstance(value, dict):
            report(found, at, "Deve ser um objeto.", value)
            return
        for name in required:
            if name not in value:
                report(found, f"{at}.{name}", "Campo obrigatório ausente.")
        for name, item in value.items():
            if name in known:
                known[name](item, f"{at}.{name}", found)
            else:
                report(found, f"{at}.{name}", "Campo desconhecido.")

    return check


def all_of(*checks: Check) -> Check:
    def check(value: Any, at: str, found: list[Violation]) -> None:
        for one in checks:
            one(value, at, found)

    return check
