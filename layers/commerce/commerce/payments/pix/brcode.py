"""BR Code: the text behind a Pix QR code, and what "copia e cola" copies; here read, strictly, and in `building` made.

Sources: Manual de Padrões para Iniciação do Pix (Banco Central) and EMV QRCPS, Merchant-Presented Mode 1.1. Fields:
00 format, 01 use, 26 Pix account {00 GUI, 01 key, 02 text, 25 URL}, 52 category, 53 currency, 54 amount, 58 country,
59 name, 60 city, 61 CEP, 62 {05 txid}, 63 checksum, 80 recurring charge {00 GUI, 25 URL}.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from commerce.payments.pix import keys, tlv
from commerce.payments.pix.tlv import Field, refusal
from commerce.platform.money import Money

GUI = "br.gov.bcb.pix"
LONGEST = 512
"""Of pixCopiaECola in the central bank's Pix API."""

NAME_LIMIT = 25
CITY_LIMIT = 15
NO_TXID = "***"

_MANDATORY = {
    "00": "payload format",
    "26": "Pix account",
    "52": "merchant category",
    "53": "currency",
    "58": "country",
    "59": "merchant name",
    "60": "merchant city",
    "62": "additional data",
    "63": "checksum",
}
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]")
_CATEGORY = re.compile(r"[0-9]{4}")
_AMOUNT = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,2}))?")
_POSTAL_CODE = re.compile(r"[0-9]{5}-?[0-9]{3}")
_TXID = re.compile(r"[A-Za-z0-9]{1,25}|\*\*\*")
_URL = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]{1,5})?/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]+")


@dataclass(frozen=True, slots=True)
class BrCode:
    """What a code says. A static one names a `key`; a dynamic one a `url` (without https://) that tells the rest.

    Args:
        key: Pix key of the one who is paid; kept out of `repr`, as it may be a person's number.
        description: text for the payer, of a static code.
        txid: 1 to 25 letters and digits that come back with the payment; None where the code holds `***`.
        amount: in BRL; None lets the payer choose, or the URL tell. In a dynamic code banks go by the URL.
        single_use: the code is good for one payment (field 01 is 12).
        recurrence_url: of a recurring charge (Pix Automático) that the payer may agree to with the same code; such a
            code may have neither key nor URL.
    """

    merchant_name: str
    merchant_city: str
    key: str | None = field(default=None, repr=False)
    url: str | None = None
    description: str | None = None
    txid: str | None = None
    amount: Money | None = None
    single_use: bool = False
    merchant_category: str = "0000"
    postal_code: str | None = None
    recurrence_url: str | None = None


def parse_brcode(text: str) -> BrCode:
    """What the code says, if every part of it is as it has to be.

    As EMV has it, 00 comes first, 63 last and the others in any order; fields of other schemes are passed over.

    Raises:
        Unprocessable: `invalid_brcode`; message and details name the field and the position.
    """
    fields = _checked_fields(text)
    _expect(fields["00"], "01", "only format 01 is known")
    _expect(fields["53"], "986", "the currency must be 986 (BRL)")
    _expect(fields["58"], "BR", "the country must be BR")
    account = tlv.decode(text, within=_pix_template(text, fields["26"]))
    recurrence = _recurrence(text, fields.get("80"))
    key, url = account.get("01"), account.get("25")
    if (key and url) or not (key or url or recurrence):
        raise refusal("26", fields["26"].start, "either a key (01) or a URL (25) must be here")
    if key and keys.key_kind(key.value) is None:
        raise refusal(
            key.path,
            key.start,
            "no Pix key looks like this: CPF or CNPJ without punctuation, +55 phone, e-mail or random key",
        )
    return BrCode(
        merchant_name=_short(fields["59"], NAME_LIMIT),
        merchant_city=_short(fields["60"], CITY_LIMIT),
        key=key.value if key else None,
        url=_url(url) if url else None,
        description=account["02"].value if "02" in account else None,
        txid=_txid(text, fields["62"]),
        amount=_amount(fields["54"]) if "54" in fields else None,
        single_use=_single_use(fields.get("01")),
        merchant_category=_matching(fields["52"], _CATEGORY, "four digits are wanted"),
        postal_code=_matching(fields["61"], _POSTAL_CODE, "a CEP has eight digits") if "61" in fields else None,
        recurrence_url=recurrence,
    )


def _checked_fields(text: str) -> Mapping[str, Field]:
    if len(text) > LONGEST:
        raise refusal("?", LONGEST, f"a code has at most {LONGEST} characters")
    if strange := _UNPRINTABLE.search(text):
        raise refusal("?", strange.start(), "only printable ASCII may be here")
    fields = tlv.decode(text)
    for tag, name in _MANDATORY.items():
        if tag not in fields:
            raise refusal(tag, len(text), f"the field ({name}) is missing")
    if next(iter(fields)) != "00":
        raise refusal("00", fields["00"].start, "the field must be the first one")
    end = fields["63"]
    if next(reversed(fields)) != "63":
        raise refusal("63", end.start, "the field must be the last one")
    _expect(end, tlv.checksum(text[: end.start]), "the checksum does not match; a character was changed or lost")
    return fields


def _pix_template(text: str, template: Field) -> Field:
    gui = tlv.decode(text, within=template).get("00")
    if gui is None or gui.value.lower() != GUI:
        raise refusal(f"{template.path}.00", template.start, f"{GUI} must be here")
    return template


def _recurrence(text: str, template: Field | None) -> str | None:
    if template is None:
        return None
    inside = tlv.decode(text, within=template)
    if "00" not in inside or inside["00"].value.lower() != GUI:
        return None  # another scheme's template: EMV leaves 80 to 99 to everyone
    if "25" not in inside:
        raise refusal(f"{template.path}.25", template.start, "the recurring charge's URL is missing")
    return _url(inside["25"])


def _txid(text: str, template: Field) -> str | None:
    txid = tlv.decode(text, within=template).get("05")
    if txid is None:
        raise refusal("62.05", template.start, f"the field (txid) is missing; {NO_TXID} stands for none")
    value = _matching(txid, _TXID, f"a txid has 1 to 25 letters and digits, or is {NO_TXID}")
    return None if value == NO_TXID else value


def _amount(found: Field) -> Money:
    match = _AMOUNT.fullmatch(found.value)
    cents = int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0")) if match else 0
    if not cents:
        raise refusal(found.path, found.start, "an amount above zero is wanted, as in 10.50")
    return Money(cents, "BRL")


def _single_use(found: Field | None) -> bool:
    if found is not None and found.value not in ("11", "12"):
        raise refusal(found.path, found.start, "11 (many payments) or 12 (one payment) must be here")
    return found is not None and found.value == "12"


def _url(found: Field) -> str:
    return _matching(found, _URL, "a URL is wanted, with a path and without https://")


def _short(found: Field, limit: int) -> str:
    if len(found.value) > limit or not found.value.strip():
        raise refusal(found.path, found.start, f"1 to {limit} characters are wanted")
    return found.value


def _matching(found: Field, pattern: re.Pattern[str], why: str) -> str:
    if not pattern.fullmatch(found.value):
        raise refusal(found.path, found.start, why)
    return found.value


def _expect(found: Field, value: str, why: str) -> None:
    if found.value != value:
        raise refusal(found.path, found.start, why)
