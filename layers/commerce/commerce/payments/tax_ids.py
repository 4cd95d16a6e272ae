"""CPF and CNPJ: the numbers by which the Brazilian revenue service knows people and companies.

A CNPJ issued since July 2026 may hold letters in its first 12 positions (Instrução Normativa RFB 2.229/2024).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from commerce.platform.errors import Unprocessable

_PUNCTUATION = str.maketrans("", "", ".-/ ")
_CPF = re.compile(r"[0-9]{11}")
_CNPJ = re.compile(r"[0-9A-Z]{12}[0-9]{2}")


class TaxIdKind(StrEnum):
    CPF = "cpf"
    CNPJ = "cnpj"


@dataclass(frozen=True, slots=True)
class TaxId:
    """A number whose check digits are right; whether it was issued only the revenue service knows.

    Args:
        digits: 11 digits of a CPF, or 14 of a CNPJ (letters in upper case), without punctuation. Kept out of `repr`,
            as logs show that.
    """

    kind: TaxIdKind
    digits: str = field(repr=False)


def parse_tax_id(text: str, *, field: str) -> TaxId:
    """The CPF or CNPJ that `text` holds, with or without its punctuation, in either case.

    Args:
        field: where the caller had it from, as in "payer.tax_id": the error names it.

    Raises:
        Unprocessable: `invalid_tax_id`; neither message nor details repeat the number.
    """
    digits = text.strip().upper().translate(_PUNCTUATION)
    if _CPF.fullmatch(digits):
        kind = TaxIdKind.CPF
    elif _CNPJ.fullmatch(digits):
        kind = TaxIdKind.CNPJ
    else:
        raise _refusal(
            field,
            "is neither a CPF (11 digits) nor a CNPJ (12 digits or letters and 2 digits); dots and dashes are fine",
        )
    if not _check_digits_match(kind, digits):
        raise _refusal(field, f"is no {kind.upper()}: its check digits do not match; look for a mistyped character")
    return TaxId(kind, digits)


def _check_digits_match(kind: TaxIdKind, digits: str) -> bool:
    # Imported here: only a checkout with a payer needs it, not everyone who knows the type.
    from validate_docbr import CNPJ, CPF  # noqa: PLC0415

    checker = CPF() if kind is TaxIdKind.CPF else CNPJ()
    return bool(checker.validate(digits))


def _refusal(field: str, why: str) -> Unprocessable:
    return Unprocessable(f"{field} {why}.", code="invalid_tax_id", details={"field": field})
