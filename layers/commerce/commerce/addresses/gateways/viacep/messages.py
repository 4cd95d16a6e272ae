"""ViaCEP's answers (viacep.com.br, "Acessando o webservice de CEP", "Pesquisa de CEP")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

from commerce.addresses.model import CepAddress
from commerce.addresses.provider_answers import address_from, json_of, no_answer, unreadable
from commerce.platform.errors import ProviderUnavailable
from commerce.platform.observability import count, log_failure

if TYPE_CHECKING:
    import requests

PROVIDER = "viacep"
OK = 200
CEP_DIGITS = 8


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
    """The addresses of a search, best first. A row that cannot be read is left out and counted: the others stand.

    Raises:
        ProviderUnavailable: `provider_unreadable`, also when no row at all can be read.
    """
    if response.status_code != OK:
        raise no_answer(PROVIDER, response)
    body = json_of(PROVIDER, response)
    if not isinstance(body, list):
        raise unreadable(PROVIDER, "no list")
    read = [address for entry in body if (address := _match(entry)) is not None]
    if body and not read:
        raise unreadable(PROVIDER, "no row that is an address")
    return read


def _match(entry: object) -> CepAddress | None:
    try:
        return _address(entry)
    except ProviderUnavailable as error:
        log_failure("row of a search left out", error)
        count("cep_search_row", provider=PROVIDER, outcome="unreadable")
        return None


def _address(entry: object) -> CepAddress:
    if not isinstance(entry, Mapping):
        raise unreadable(PROVIDER, "a match that is no object")
    cep = "".join(char for char in str(entry.get("cep", "")) if char.isdigit())
    if len(cep) != CEP_DIGITS:
        raise unreadable(PROVIDER, "a match whose CEP has not eight digits")
    return address_from(PROVIDER, cep, entry)
