"""The 26 states of Brazil and the Federal District (IBGE, "Divisão Territorial Brasileira")."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from commerce.addresses.folding import folded
from commerce.platform.errors import Unprocessable

STATES: Mapping[str, str] = MappingProxyType(
    {
        "AC": "Acre",
        "AL": "Alagoas",
        "AM": "Amazonas",
        "AP": "Amapá",
        "BA": "Bahia",
        "CE": "Ceará",
        "DF": "Distrito Federal",
        "ES": "Espírito Santo",
        "GO": "Goiás",
        "MA": "Maranhão",
        "MG": "Minas Gerais",
        "MS": "Mato Grosso do Sul",
        "MT": "Mato Grosso",
        "PA": "Pará",
        "PB": "Paraíba",
        "PE": "Pernambuco",
        "PI": "Piauí",
        "PR": "Paraná",
        "RJ": "Rio de Janeiro",
        "RN": "Rio Grande do Norte",
        "RO": "Rondônia",
        "RR": "Roraima",
        "RS": "Rio Grande do Sul",
        "SC": "Santa Catarina",
        "SE": "Sergipe",
        "SP": "São Paulo",
        "TO": "Tocantins",
    }
)
"""Two letters -> name."""

_BY_NAME = {folded(name): letters for letters, name in STATES.items()}


def parse_state(text: str, *, field: str = "state") -> str:
    """The two letters of `SP`, `sp` or `São Paulo`.

    Raises:
        Unprocessable: `unknown_state`.
    """
    letters = text.strip().upper()
    if letters in STATES:
        return letters
    found = _BY_NAME.get(folded(text))
    if found is None:
        raise Unprocessable(
            "This is no state of Brazil; use its two letters, such as SP.",
            code="unknown_state",
            details={"fields": [{"field": field, "problem": "must be the two letters of a state of Brazil"}]},
        )
    return found
