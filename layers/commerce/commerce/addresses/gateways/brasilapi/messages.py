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


def look_up_path(cep: str) -> str:
    return f"/api/cep/v1/{cep}"


def found(cep: str, response: requests.Response) -> CepAddress | None:
    """The address, or None when it is known that there is none.

    BrasilAPI asks several sources and answers 404 `service_error` when none of them gave an address, be it that they do
    not know the CEP or that they are down. `errors` tells which: it takes one that says so in words, and BrasilAPI
    itself once took an outage for a missing CEP (BrasilAPI issue 407).
    """
    if response.status_code not in (OK, NOT_FOUND):
        raise no_answer(PROVIDER, response)
    body = json_of(PROVIDER, response)
    if not isinstance(body, Mapping):
        raise unreadable(PROVIDER, "no object")
    if response.status_code == OK:
        return address_from(PROVIDER, cep, {ours: body.get(theirs) for theirs, ours in _OURS.items()})
    if body.get("type") == "service_error" and any(map(_is_missing, _errors(body))):
        return None
    raise no_answer(PROVIDER, response)


def _errors(body: Mapping[str, Any]) -> list[Any]:
    errors = body.get("errors")
    return errors if isinstance(errors, list) else []


def _is_missing(error: object) -> bool:
    message = folded(str(error.get("message", ""))) if isinstance(error, Mapping) else ""
    return any(words in message for words in _SAYS_MISSING)
