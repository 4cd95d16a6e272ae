"""Makes BR Codes: static ones for a Pix key, dynamic ones for the URL of a charge at a bank.

What is made is read back before it leaves, so no code can come out that a strict reader refuses.
"""

from __future__ import annotations

from commerce.payments.pix import tlv
from commerce.payments.pix.brcode import CITY_LIMIT, GUI, NAME_LIMIT, NO_TXID, BrCode, parse_brcode
from commerce.payments.pix.tlv import refusal
from commerce.payments.pix.transliteration import transliterate
from commerce.platform.money import Money

_TEMPLATE_LIMIT = 99
_DESCRIPTION_LIMIT = 72
_HEADS = len(tlv.encode("00", GUI)) + len("0100") + len("0200")


def static_code(
    key: str,
    *,
    merchant_name: str,
    merchant_city: str,
    amount: Money | None = None,
    txid: str | None = None,
    description: str | None = None,
    postal_code: str | None = None,
) -> str:
    """The text of a code that pays a Pix key, without any provider's help.

    Name, city and description lose their accents and are cut to what fits (25, 15 and, beside a key of 36 characters,
    37); without an amount the payer types one.

    Raises:
        Unprocessable: `invalid_brcode`, naming the field.
    """
    return encode(
        BrCode(
            merchant_name=transliterate(merchant_name, NAME_LIMIT),
            merchant_city=transliterate(merchant_city, CITY_LIMIT),
            key=key,
            description=_fitting(description, key) if description else None,
            txid=txid,
            amount=amount,
            postal_code=postal_code,
        )
    )


def dynamic_code(url: str, *, merchant_name: str, merchant_city: str, single_use: bool = True) -> str:
    """The text of a code that points to a charge at a bank: `url` is its location, without https://.

    Amount and txid stay out, as the manual asks: the URL tells them.

    Raises:
        Unprocessable: `invalid_brcode`, naming the field.
    """
    return encode(
        BrCode(
            merchant_name=transliterate(merchant_name, NAME_LIMIT),
            merchant_city=transliterate(merchant_city, CITY_LIMIT),
            url=url,
            single_use=single_use,
        )
    )


def encode(code: BrCode) -> str:
    """The text of a code, field by field as given.

    Raises:
        Unprocessable: `invalid_brcode` when a reader would refuse it.
    """
    if code.amount is not None and code.amount.currency != "BRL":
        raise refusal("54", 0, "Pix moves BRL only")
    body = "".join(tlv.encode(tag, value) for tag, value in _fields(code) if value is not None) + "6304"
    text = body + tlv.checksum(body) if body.isascii() else body
    if parse_brcode(text) != code:
        raise refusal("?", 0, "a value would be read as another one")
    return text


def _fields(code: BrCode) -> list[tuple[str, str | None]]:
    return [
        ("00", "01"),
        ("01", "12" if code.single_use else None),
        ("26", _template(("00", GUI), ("01", code.key), ("02", code.description), ("25", code.url))),
        ("52", code.merchant_category),
        ("53", "986"),
        ("54", None if code.amount is None else f"{code.amount.amount // 100}.{code.amount.amount % 100:02}"),
        ("58", "BR"),
        ("59", code.merchant_name),
        ("60", code.merchant_city),
        ("61", code.postal_code),
        ("62", _template(("05", code.txid or NO_TXID))),
        ("80", code.recurrence_url and _template(("00", GUI), ("25", code.recurrence_url))),
    ]


def _template(*fields: tuple[str, str | None]) -> str:
    return "".join(tlv.encode(tag, value) for tag, value in fields if value is not None)


def _fitting(description: str, key: str) -> str | None:
    room = min(_DESCRIPTION_LIMIT, _TEMPLATE_LIMIT - _HEADS - len(key))
    return transliterate(description, max(room, 0)) or None
