"""BrasilAPI's answers of CEP version 1 (brasilapi.com.br/docs, "CEP").

Version 2 adds coordinates, and fails as a whole when they cannot be had; version 1 is the one to build on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from commerce.addresses.folding import folded
from commerce.addresses.model import CepAddress
from commerce.addresses.provider_answers import address_from, json_of, no_answer, unreadable

if TYPE_CHECKING:
    import requests

PROVIDER = "brasilapi"
OK = 200
NOT_FOUND = 404
_OURS = {
    "cep": "cep",
    "state": "uf",
    "city": "localidade",
    "neighborhood": "bairro",
    "street": "logradouro",
}
_SAYS_MISSING = ("nao encontrado", "cep invalido", "cep inexistente")
_ASKED_BY_US = frozenset({"viacep", "open-cep", "opencep"})


def look_up_path(cep: str) -> str:
    return f"/api/cep/v1/{cep}"


def found(cep: str, response: requests.Response) -> CepAddress | None:
    """The address, or None when it is known that there is none.

    BrasilAPI asks several sources and answers 404 `service_error` when none of them gave an address, be it that they do
    not know the CEP or that they are down. `errors` tells which: it takes one that says so in words, and BrasilAPI
    itself once took an outage for a missing CEP (BrasilAPI issue 407). What it relays of the sources that we ask
    ourselves does not count: ViaCEP's "no" would be heard twice, and two make a CEP missing (ADR-01).
    """
    if response.status_code not in (OK, NOT_FOUND):
        raise no_answer(PROVIDER, response)
    body = json_of(PROVIDER, response)
    if not isinstance(body, Mapping):
        raise unreadable(PROVIDER, "no object")
    if response.status_code == OK:
        return address_from(PROVIDER, cep, {ours: body.get(theirs) for theirs, ours in _OURS.items()})
    if body.get("type") == "service_error" and any(map(_is_missing, _errors_of_others(body))):
        return None
    raise no_answer(PROVIDER, response)


def _errors_of_others(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    errors = body.get("errors")
    told = [error for error in errors if isinstance(error, Mapping)] if isinstance(errors, list) else []
    return [error for error in told if str(error.get("service", "")).lower() not in _ASKED_BY_US]


def _is_missing(error: Mapping[str, Any]) -> bool:
    message = folded(str(error.get("message", "")))
    return any(words in message for words in _SAYS_MISSING)
