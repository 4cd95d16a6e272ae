"""CEPs as the API shows them: ViaCEP's field names, which shops in Brazil have in their forms already."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from commerce.addresses.codec import address_view
from commerce.addresses.model import CepAddress, CepAnswer, StreetMatches
from commerce.platform.api.models import AnswerModel


class CepModel(AnswerModel):
    """An address of a CEP; fields are empty where the CEP does not say it, and stay the buyer's to fill."""

    cep: str = Field(pattern=r"^[0-9]{5}-[0-9]{3}$", examples=["01001-000"])
    logradouro: str = Field(description="Street.")
    complemento: str = Field(description="The part of the street, such as `lado ímpar`; not the buyer's apartment.")
    bairro: str = Field(description="District.")
    localidade: str = Field(description="City.")
    uf: str = Field(description="State, two letters.")
    ibge: str = Field(description="The municipality's code, as invoices need it.")
    gia: str
    ddd: str = Field(description="Area code of phones.")
    siafi: str
    precision: Literal["street", "district", "city"] = Field(
        description="How far down the CEP leads: with `city` it stands for the whole town, and the street is empty."
    )


class CepAnswerModel(CepModel):
    source: str = Field(description="Who knew it: `viacep`, `opencep`, `brasilapi`, or a data set that was loaded.")
    cached: bool = Field(description="Whether it came from our own table.")


class StreetMatchesModel(AnswerModel):
    addresses: list[CepModel]
    truncated: bool = Field(description="There are as many as the source gives at most; a longer street name narrows.")
    source: str
    cached: bool


def cep_view(answer: CepAnswer, address: CepAddress) -> dict[str, Any]:
    return {**address_view(address), "source": answer.source, "cached": answer.cached}


def matches_view(found: StreetMatches) -> dict[str, Any]:
    return {
        "addresses": [address_view(address) for address in found.addresses],
        "truncated": found.truncated,
        "source": found.source,
        "cached": found.cached,
    }
