"""Pix codes for tests, from other hands than those under test, and what can be wrong with one."""

from __future__ import annotations

from commerce.payments.pix import tlv
from local.sandboxes.pix_bank.brcode import dynamic_code

LOCATION = "pix.bank.example/qr/v2/9d36b84f-c70b-478f-b95c-12729b90ca25"
CODE = dynamic_code(LOCATION, "Loja Exemplo", "SAO PAULO")
"""In order, and without an amount of its own."""


def resealed(text: str) -> str:
    """With the checksum that fits."""
    return text[:-4] + tlv.checksum(text[:-4])


def with_amount(value: str) -> str:
    return resealed(CODE.replace("5303986", f"530398654{len(value):02}{value}"))


ODD = resealed(CODE.replace("5912Loja Exemplo", "5930" + "L" * 30))
"""Only a strict reader objects: the store's name is too long."""

NO_CODES = ("hello", CODE[:-1], resealed(CODE)[:-4] + "0000")
