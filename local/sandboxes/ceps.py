"""CEPs that the sandboxes know: real streets of Brazil, small towns with one CEP for all of it, and some traps.

Who knows which differs, as it does outside: `unknown_to` names the sources that say there is no such CEP.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """One CEP, in ViaCEP's words."""

    cep: str
    logradouro: str
    complemento: str
    bairro: str
    localidade: str
    uf: str
    ibge: str
    ddd: str = ""
    siafi: str = ""
    gia: str = ""
    unknown_to: frozenset[str] = frozenset()

    @property
    def written(self) -> str:
        return f"{self.cep[:5]}-{self.cep[5:]}"


def _sao_paulo(cep: str, logradouro: str, bairro: str, complemento: str = "") -> Known:
    return Known(cep, logradouro, complemento, bairro, "São Paulo", "SP", "3550308", "11", "7107", "1004")


def _town(cep: str, localidade: str, uf: str, ibge: str, ddd: str, *, unknown_to: Iterable[str] = ()) -> Known:
    return Known(cep, "", "", "", localidade, uf, ibge, ddd, unknown_to=frozenset(unknown_to))


_STREETS = (
    _sao_paulo("01001000", "Praça da Sé", "Sé", "lado ímpar"),
    _sao_paulo("01001001", "Praça da Sé", "Sé", "lado par"),
    _sao_paulo("01304001", "Rua Augusta", "Consolação", "de 2/3 ao fim"),
    _sao_paulo("01310100", "Avenida Paulista", "Bela Vista", "de 612 a 1510 - lado par"),
    _sao_paulo("05010000", "Rua Caiubi", "Perdizes"),
    Known(
        "15090260",
        "Rua Ipiranga",
        "de 2301/2302 ao fim",
        "Jardim Alto Rio Preto",
        "São José do Rio Preto",
        "SP",
        "3549805",
        "17",
        "7097",
        "6477",
    ),
    Known("18071051", "Rua Constantino Verrone", "", "Jardim Gonçalves", "Sorocaba", "SP", "3552205", "15", "7145"),
    Known("20751120", "Rua Marcolino", "", "Piedade", "Rio de Janeiro", "RJ", "3304557", "21", "6001"),
    Known("37503130", "Rua Geraldino Campista", "", "Santo Antônio", "Itajubá", "MG", "3132404", "35", "4647"),
    Known("40070000", "Rua da Bahia", "", "Nazaré", "Salvador", "BA", "2927408", "71", "3849"),
)
_DISTRICTS = (
    Known("06930000", "", "", "Cipó-Guaçu", "Embu-Guaçu", "SP", "3515103", "11", "6391"),
    Known("97542080", "", "", "Cerro Largo", "Alegrete", "RS", "4300406", "55", "8507"),
)
_TOWNS = (
    _town("34000000", "Nova Lima", "MG", "3144805", "31"),
    _town("48110000", "Catu", "BA", "2907509", "71"),
    _town("54580000", "Cabo de Santo Agostinho", "PE", "2602902", "81", unknown_to=["viacep"]),
    _town("58840000", "Pombal", "PB", "2512101", "83"),
    _town("59380000", "Currais Novos", "RN", "2403103", "84"),
    _town("87360000", "Goioerê", "PR", "4108601", "44"),
)

STATES = {
    "BA": "Bahia",
    "MG": "Minas Gerais",
    "PB": "Paraíba",
    "PE": "Pernambuco",
    "PR": "Paraná",
    "RJ": "Rio de Janeiro",
    "RN": "Rio Grande do Norte",
    "RS": "Rio Grande do Sul",
    "SP": "São Paulo",
}

CEPS: Mapping[str, Known] = {known.cep: known for known in (*_STREETS, *_DISTRICTS, *_TOWNS)}


def known_to(source: str, cep: str) -> Known | None:
    """What a source knows of eight digits."""
    found = CEPS.get(cep)
    return None if found is None or source in found.unknown_to else found


def plain(text: str) -> str:
    """Without accents and case, as the sources compare."""
    letters = unicodedata.normalize("NFKD", text)
    return "".join(char for char in letters if not unicodedata.combining(char)).casefold()


def long_street() -> list[Known]:
    """Sixty CEPs of one street, more than a search gives: Avenida Longa in Salvador."""
    return [
        Known(f"404{number:02}000", "Avenida Longa", f"de {number}00 ao fim", "Centro", "Salvador", "BA", "2927408")
        for number in range(60)
    ]
