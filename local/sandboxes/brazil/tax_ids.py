"""CPF and CNPJ, the latter also with letters (Instrução Normativa RFB 2.229/2024)."""

from __future__ import annotations

import re

_CPF = re.compile(r"[0-9]{11}", re.ASCII)
_CNPJ = re.compile(r"[0-9A-Z]{12}[0-9]{2}", re.ASCII)


def is_cpf(text: str) -> bool:
    return bool(_CPF.fullmatch(text)) and len(set(text)) > 1 and _checks(text, first=10, wrap=12)


def is_cnpj(text: str) -> bool:
    return bool(_CNPJ.fullmatch(text)) and len(set(text)) > 1 and _checks(text, first=5, wrap=10)


def _checks(text: str, *, first: int, wrap: int) -> bool:
    """Weights fall from `first` for the first check digit, from `first + 1` for the second, and never reach `wrap`."""
    for step, length in enumerate((len(text) - 2, len(text) - 1)):
        weight, total = first + step, 0
        for character in text[:length]:
            total += (ord(character) - ord("0")) * weight
            weight = weight - 1 if weight > 2 else wrap - 1
        rest = total % 11
        if int(text[length]) != (0 if rest < 2 else 11 - rest):
            return False
    return True
