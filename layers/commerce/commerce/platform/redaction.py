"""What no log line may carry, taken out by the key's name and by the value's shape (AUT-04).

Keys catch what has no shape of its own (names, addresses, codes); shapes catch what strayed into free text.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

REDACTED = "[redacted]"

_KEYS = frozenset(
    [
        "accountnumber",
        "address",
        "authorization",
        "body",
        "buyer",
        "card",
        "cardnumber",
        "chave",
        "cnpj",
        "cookie",
        "cpf",
        "cvc",
        "cvv",
        "firstname",
        "headers",
        "lastname",
        "line1",
        "line2",
        "number",
        "otp",
        "pan",
        "pixkey",
        "pixkeyprevious",
        "postalcode",
        "raw",
        "recipient",
        "securitycode",
        "shippingaddress",
        "taxid",
    ]
)
_KEY_ENDINGS = ("apikey", "email", "password", "phone", "secret", "signature", "token")
"""Written without case, `_` and `-`, so that Stripe-Signature, client_secret and clientSecret are all met."""

_SHAPES = (
    re.compile(r"[\w.+-]+(?:@|%40)[\w-]+\.[\w.-]+"),
    re.compile(r"\w+_secret_\w+"),
    re.compile(r"\b(?:sk|rk|pk|whsec|SG)[_.][\w.-]{8,}", re.IGNORECASE),
    re.compile(r"\bAIza[\w-]{8,}", re.IGNORECASE),
    re.compile(r"\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*"),
    re.compile(r"\b(?:bearer|basic)\s+[\w.~+/=-]{8,}", re.IGNORECASE),
    re.compile(r"\b(?:TEST|APP_USR)-\d[\w-]{8,}", re.IGNORECASE),
    re.compile(r"\bA21AA[\w-]{8,}", re.IGNORECASE),
    re.compile(r"-----BEGIN [\s\S]*?(?:-----END [A-Z ]+-----|\Z)"),
    # A static Pix code holds the key of the receiver.
    re.compile(r"\b0002\d\d[\s\S]{0,400}?br\.gov\.bcb\.pix[\s\S]{0,400}?6304[0-9A-F]{4}", re.IGNORECASE),
    re.compile(r"(?<!\w)\+\d[\d ().-]{8,17}\d(?![\w-])"),
)
_CNPJ = re.compile(r"(?<![\w.-])[0-9A-Z]{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}/[0-9A-Z]{4}-\d{2}(?![\w-])", re.IGNORECASE)
"""With letters, as they are given since 2026; one of digits alone is known by its check digits."""

_DIGITS = re.compile(r"(?<![\w.-])\d(?:[ ./-]?\d){10,18}(?![\w-])")

# What every one of them holds somewhere, cheap to look for.
_KEY_MARKERS = (f"{name}{mark}" for name in ("sk", "rk", "pk", "whsec", "sg") for mark in "_.")
_PROVIDERS_MARKS = ("test-", "app_usr-", "a21aa", "-----begin", "br.gov.bcb.pix")
_MARKERS = ("@", "%40", "_secret_", *_KEY_MARKERS, "aiza", "eyj", "bearer", "basic", *_PROVIDERS_MARKS)
_NUMBERS = re.compile(r"\d[\d ./-]{10}|\+\d[\d ().-]{8}")


def redacted(fields: Mapping[str, object]) -> dict[str, object]:
    """The same fields with every value taken out whose key names something secret or personal, however deep."""
    return {name: REDACTED if _is_secret(name) else _inner(value) for name, value in fields.items()}


def suspicious(text: str) -> bool:
    """Whether `text` may hold something private; False is certain, and most texts are told apart right here."""
    lower = text.lower()
    if any(marker in lower for marker in _MARKERS) or _NUMBERS.search(text) is not None:
        return True
    return "/" in text and _CNPJ.search(text) is not None


def redacted_values(value: Any) -> Any:
    """The same value, its keys and texts without whatever has a private shape, however deep."""
    if isinstance(value, str):
        return redacted_text(value)
    if isinstance(value, Mapping):
        return {redacted_text(str(name)): redacted_values(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [redacted_values(inner) for inner in value]
    if isinstance(value, int) and redacted_text(str(value)) == REDACTED:
        return REDACTED
    return value


def redacted_text(text: str) -> str:
    """The same text without e-mails, keys, tokens, card numbers, CPF, CNPJ, phone numbers and Pix codes."""
    if not suspicious(text):
        return text
    for shape in _SHAPES:
        text = shape.sub(REDACTED, text)
    return _CNPJ.sub(REDACTED, _DIGITS.sub(_number, text))


@functools.lru_cache(maxsize=1024)
def _is_secret(name: str) -> bool:
    plain = name.lower().replace("-", "").replace("_", "")
    return plain in _KEYS or plain.endswith(_KEY_ENDINGS)


def _inner(value: object) -> object:
    if isinstance(value, str | int):
        return value
    if isinstance(value, Mapping):
        return redacted({str(name): inner for name, inner in value.items()})
    if isinstance(value, list | tuple):
        return [_inner(inner) for inner in value]
    return value


def _number(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match.group())
    return REDACTED if _is_card(digits) or _is_cpf(digits) or _is_cnpj(digits) else match.group()


def _is_card(digits: str) -> bool:
    """13 to 19 digits with a right check digit (ISO/IEC 7812-1, annex B)."""
    if len(digits) < 13:
        return False
    doubled = (int(d) if i % 2 else sum(divmod(2 * int(d), 10)) for i, d in enumerate(digits[-2::-1]))
    return (sum(doubled) + int(digits[-1])) % 10 == 0


def _is_cpf(digits: str) -> bool:
    return len(digits) == 11 and _has_check_digits(digits, (range(10, 1, -1), range(11, 1, -1)))


def _is_cnpj(digits: str) -> bool:
    first = (*range(5, 1, -1), *range(9, 1, -1))
    return len(digits) == 14 and _has_check_digits(digits, (first, (6, *first)))


def _has_check_digits(digits: str, weights: tuple[range | tuple[int, ...], ...]) -> bool:
    """Two check digits, each 11 less the weighted sum modulo 11, 10 and 11 written as 0 (Receita Federal)."""
    for factors in weights:
        rest = sum(int(d) * factor for d, factor in zip(digits, factors, strict=False)) % 11
        if int(digits[len(factors)]) != (0 if rest < 2 else 11 - rest):
            return False
    return True
