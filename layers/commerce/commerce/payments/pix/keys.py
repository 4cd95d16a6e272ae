"""Pix keys: what names an account in the central bank's directory (DICT).

Source: Manual de Padrões para Iniciação do Pix, "Formatação das chaves do DICT no BR Code".
"""

from __future__ import annotations

import re
from enum import StrEnum

from commerce.payments.tax_ids import TaxIdKind, parse_tax_id
from commerce.platform.errors import Unprocessable

LONGEST = 77
_EVP = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PHONE = re.compile(r"\+[1-9][0-9]{9,14}")
_EMAIL = re.compile(r"[a-z0-9.!#$&'*+/=?^_`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+")
_TAX_ID = re.compile(r"[0-9]{11}|[0-9A-Z]{14}")


class PixKeyKind(StrEnum):
    CPF = "cpf"
    CNPJ = "cnpj"
    PHONE = "phone"
    EMAIL = "email"
    RANDOM = "random"


def key_kind(key: str) -> PixKeyKind | None:
    """What kind of key this is, written as the directory keeps it; None if it is no key.

    Without punctuation for a CPF or CNPJ, with + and country for a phone, in lower case for an e-mail address and for
    the random key.
    """
    if len(key) > LONGEST:
        return None
    for kind, pattern in ((PixKeyKind.RANDOM, _EVP), (PixKeyKind.PHONE, _PHONE), (PixKeyKind.EMAIL, _EMAIL)):
        if pattern.fullmatch(key):
            return kind
    return _tax_id_kind(key) if _TAX_ID.fullmatch(key) else None


def _tax_id_kind(key: str) -> PixKeyKind | None:
    try:
        kind = parse_tax_id(key, field="key").kind
    except Unprocessable:
        return None
    return PixKeyKind.CPF if kind is TaxIdKind.CPF else PixKeyKind.CNPJ
