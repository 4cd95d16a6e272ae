"""An address as a CEP gives it, in ViaCEP's words, which are those of Correios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from commerce.platform.deadline import Deadline


class Precision(StrEnum):
    """How far down a CEP leads. Small towns have one CEP for the whole town, and the buyer types the street."""

    STREET = "street"
    DISTRICT = "district"
    CITY = "city"


@dataclass(frozen=True, slots=True)
class CepAddress:
    """Texts are empty where the CEP does not say it; `localidade` and `uf` never are.

    Args:
        cep: eight digits.
        complemento: which part of the street the CEP covers, such as "de 2301/2302 ao fim"; nobody's apartment.
        ibge: the municipality's code, seven digits.
    """

    cep: str
    localidade: str
    uf: str
    logradouro: str = ""
    complemento: str = ""
    bairro: str = ""
    ibge: str = ""
    gia: str = ""
    ddd: str = ""
    siafi: str = ""

    @property
    def precision(self) -> Precision:
        if self.logradouro:
            return Precision.STREET
        return Precision.DISTRICT if self.bairro else Precision.CITY


@dataclass(frozen=True, slots=True)
class CepAnswer:
    """What is known of a CEP.

    Args:
        address: None when two sources say that there is no such CEP.
        source: who said so; `viacep`, `opencep`, `brasilapi`, or the name of a data set.
        cached: it came from our table.
    """

    address: CepAddress | None
    source: str
    cached: bool = False


@dataclass(frozen=True, slots=True)
class StreetMatches:
    """What a search found. `truncated`: there are as many as the source gives at most, and may be more."""

    addresses: Sequence[CepAddress]
    truncated: bool
    source: str
    cached: bool = False


class CepSource(Protocol):
    """Somebody who knows CEPs."""

    @property
    def name(self) -> str: ...

    def find(self, cep: str, deadline: Deadline) -> CepAddress | None:
        """The address of eight digits; None only when the source says in so many words that there is none (ADR-01).

        Raises:
            ProviderUnavailable, ProviderAmbiguous: no answer, or none that can be read.
        """
        ...


class StreetSource(Protocol):
    """Somebody who finds CEPs by state, city and street."""

    @property
    def name(self) -> str: ...

    def search(self, state: str, city: str, street: str, deadline: Deadline) -> list[CepAddress]:
        """The best matches first, MOST_MATCHES at most. Raises as `CepSource.find` does."""
        ...


MOST_MATCHES = 50
"""As many as ViaCEP gives (viacep.com.br, "Pesquisa de CEP")."""
