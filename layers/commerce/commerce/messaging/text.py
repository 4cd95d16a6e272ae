"""Foreign text made harmless for a line of a mail: a subject, a name, a cell of a table."""

from __future__ import annotations

import re
import unicodedata

_BIDI_CONTROLS = dict.fromkeys(map(ord, "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")


def one_line(text: str, limit: int = 200) -> str:
    """`text` without line breaks, control characters and direction overrides, at most `limit` characters.

    A CR or LF in a subject or a name would begin a header of its own (MSG-07); in the plain-text twin it would
    forge a line of the receipt.
    """
    shown = text.translate(_BIDI_CONTROLS)
    printable = "".join(" " if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") else char for char in shown)
    line = " ".join(printable.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def is_address(text: str) -> bool:
    """Whether `text` is one bare mail address (RFC 5321 in ASCII, 320 characters) and nothing beside it."""
    return text.isascii() and len(text) <= 320 and _ADDRESS.fullmatch(text) is not None
