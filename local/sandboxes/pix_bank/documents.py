"""CPF and CNPJ, letters included, with their check digits (Receita Federal, IN RFB 2.229/2024 for letters)."""

from __future__ import annotations

import re

_CPF = re.compile(r"\d{11}", re.ASCII)
_CNPJ = re.compile(r"[0-9A-Z]{12}\d{2}", re.ASCII)


def is_cpf(text: object) -> bool:
    if not isinstance(text, str) or _CPF.fullmatch(text) is None or len(set(text)) == 1:
        return False
    return all(text[length] == _digit(text[:length], length + 1) for length in (9, 10))


def is_cnpj(text: object) -> bool:
    if not isinstance(text, str) or _CNPJ.fullmatch(text) is None or len(set(text)) == 1:
        return False
    return all(text[length] == _digit(text[:length], 9) for length in (12, 13))


def _digit(text: str, heaviest: int) -> str:
    """Modulo 11, weights from 2 on the right up to `heaviest` and round again."""
    weights = range(2, heaviest + 1)
    total = sum((ord(sign) - 48) * weights[place % len(weights)] for place, sign in enumerate(reversed(text)))
    rest = total % 11
    return "0" if rest < 2 else str(11 - rest)
