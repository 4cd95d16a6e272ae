"""Texts made comparable: how people type names, and how registers spell them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

_NO_WORD = re.compile(r"[^\w]+|_+")

_SHORT: Mapping[str, str] = MappingProxyType(
    {
        "al": "alameda",
        "av": "avenida",
        "est": "estrada",
        "jd": "jardim",
        "lgo": "largo",
        "pca": "praca",
        "pq": "parque",
        "r": "rua",
        "rod": "rodovia",
        "sta": "santa",
        "sto": "santo",
        "trav": "travessa",
        "tv": "travessa",
        "vl": "vila",
    }
)
"""Words that streets and districts of Brazil are abbreviated by."""


def folded(text: str) -> str:
    """Without accents, case, punctuation and doubled spaces: `São  João d'Oeste` -> `sao joao d oeste`."""
    plain = unicodedata.normalize("NFKD", text)
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return _NO_WORD.sub(" ", letters.casefold()).strip()


def same_place(one: str, other: str) -> bool:
    """Whether two spellings may name the same: `Av. Paulista` and `Avenida Paulista` do."""
    return _spelled_out(one) == _spelled_out(other)


def _spelled_out(text: str) -> str:
    return " ".join(_SHORT.get(word, word) for word in folded(text).split())
