"""ViaCEP's answers (viacep.com.br, "Acessando o webservice de CEP", "Pesquisa de CEP")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

from commerce.addresses.model import CepAddress
from commerce.addresses.provider_answers import address_from, json_of, no_answer, unreadable

if TYPE_CHECKING:
    import requests

PROVIDER = "viacep"
OK = 200


def look_up_path(cep: str) -> str:
    return f"/ws/{cep}/json/"


def search_path(state: str, city: str, street: str) -> str:
    """Percent-encoded UTF-8, as the pages of ViaCEP write it."""
    return f"/ws/{state}/{quote(city, safe='')}/{quote(street, safe='')}/json/"


def found(cep: str, response: requests.Response) -> CepAddress | None:
    """The address, or None when ViaCEP says that there is none.

    It says so with the key `erro`, true or "true" (both have been seen), in an answer of 200. Only the key counts:
    there are streets and towns with these letters in their name (ADR-02).
    """
    if response.status_code != OK:
        raise no_answer(PROVIDER, response)
    body = json_of(PROVIDER, response)
    if not isinstance(body, Mapping):
        raise unreadable(PROVIDER, "no object")
    if "erro" in body:
        if body["erro"] in (True, "true"):
            return None
        raise unreadable(PROVIDER, "an erro that is not true")
    return address_from(PROVIDER, cep, body)


def matches(response: requests.Response) -> list[CepAddress]:
    """The addresses of a search, best first."""
    if response.status_code != OK:
        raise no_answer(PROVIDER, response)
    body = json_of(PROVIDER, response)
    if not isinstance(body, list):
        raise unreadable(PROVIDER, "no list")
    return [_match(entry) for entry in body]


def _match(entry: object) -> CepAddress:
    if not isinstance(entry, Mapping):
        raise unreadable(PROVIDER, "a match that is no object")
    cep = "".join(char for char in str(entry.get("cep", "")) if char.isdigit())
    return address_from(PROVIDER, cep, entry)
