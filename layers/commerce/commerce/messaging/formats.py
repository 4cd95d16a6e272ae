"""Money, dates and addresses as a person in the buyer's country writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import get_currency_symbol, parse_pattern

from commerce.messaging.confirmation import Destination
from commerce.messaging.text import one_line
from commerce.platform.money import Money

BRASILIA = timezone(timedelta(hours=-3))
"""The time that Brazil's shops and banks go by; it has not been put forward in summer since 2019."""

_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def format_money(money: Money, locale: Locale) -> str:
    """R$ 1.234,56 in pt-BR, $1,234.56, ¥500 and KWD 1.230 in en.

    The digits after the point are ISO 4217's, as in our amounts; CLDR rounds some currencies to fewer.
    """
    digits = money.exponent
    symbol = get_currency_symbol(money.currency, locale)
    pattern = parse_pattern(locale.currency_formats["standard"].pattern)
    pattern.frac_prec = (digits, digits)
    value = Decimal(money.amount).scaleb(-digits)
    text: str = pattern.apply(value, locale, currency=money.currency, currency_digits=False)
    # CLDR: letters beside a figure are kept apart from it ("alphaNextToNumber"); Babel does not.
    if symbol[-1:].isalpha():
        text = text.replace(symbol, symbol + _NO_BREAK_SPACE).replace(_NO_BREAK_SPACE * 2, _NO_BREAK_SPACE)
    return text


def format_moment(moment: datetime, locale: Locale) -> str:
    """Date and time: Brasília's for Portuguese, which needs no name there; else UTC, which says so."""
    brazilian = locale.language == "pt"
    there = moment.astimezone(BRASILIA if brazilian else UTC)
    day = format_date(there.date(), format="medium", locale=locale)
    time = format_time(there.time(), format="HH:mm", locale=locale)
    return f"{day}, {time}" if brazilian else f"{day}, {time} UTC"


def format_address(destination: Destination, locale: Locale) -> tuple[str, ...]:
    """The lines of an address, the country by its name in the buyer's language; empty ones left out."""
    to = destination
    if to.country == "BR":
        street = _joined(", ", to.line1, to.number, to.line2)
        city = _joined(" \N{EN DASH} ", _joined(", ", to.district, to.city), to.state)
        place = _joined(" ", "CEP", _cep(to.postal_code))
    else:
        street = _joined(", ", _joined(" ", to.number, to.line1), to.line2)
        city = to.district or ""
        place = _joined(", ", to.city, _joined(" ", to.state, to.postal_code))
        if not to.state:
            place = _joined(" ", to.postal_code, to.city)
    country = locale.territories.get(to.country, to.country)
    return tuple(line for line in (one_line(part or "") for part in (street, city, place, country)) if line)


def _cep(code: str) -> str:
    """01305000 is written 01305-000."""
    digits = one_line(code)
    return f"{digits[:5]}-{digits[5:]}" if len(digits) == 8 and digits.isascii() and digits.isdigit() else digits


def _joined(separator: str, *parts: str | None) -> str:
    return separator.join(part for part in (one_line(p) for p in parts if p) if part)
