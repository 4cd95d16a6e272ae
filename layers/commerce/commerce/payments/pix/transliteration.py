"""Names as a BR Code can carry them: printable ASCII, and not much of it."""

from __future__ import annotations

import re
import unicodedata

_NO_ACCENT_TO_DROP = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    }
)
_SPACES = re.compile(r"\s+")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]")


def transliterate(text: str, limit: int) -> str:
    """`text` in at most `limit` characters of printable ASCII: accents dropped, spaces joined, the rest cut off.

    What has no counterpart is left out, so the result may be empty.
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_NO_ACCENT_TO_DROP))
    plain = _UNPRINTABLE.sub("", _SPACES.sub(" ", decomposed))
    return _SPACES.sub(" ", plain).strip()[:limit].rstrip()
