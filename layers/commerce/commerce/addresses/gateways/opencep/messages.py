"""OpenCEP's answers (github.com/SeuAliado/OpenCEP, README): ViaCEP's field names, without ddd, gia and siafi."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from commerce.addresses.model import CepAddress
from commerce.addresses.provider_answers import address_from, json_of, no_answer, unreadable

if TYPE_CHECKING:
    import requests

PROVIDER = "opencep"
OK = 200
NOT_FOUND = 404


def look_up_path(cep: str) -> str:
    return f"/v1/{cep}.json"


def found(cep: str, response: requests.Response) -> CepAddress | None:
    """The address, or None when OpenCEP says that there is none: 404 with `{"error": true}`.

    A 404 with anything else is the CDN's own, which knows nothing of CEPs.
    """
    if response.status_code not in (OK, NOT_FOUND):
        raise no_answer(PROVIDER, response)
    body = json_of(PROVIDER, response)
    if not isinstance(body, Mapping):
        raise unreadable(PROVIDER, "no object")
    if response.status_code == OK:
        return address_from(PROVIDER, cep, body)
    if body.get("error") is True:
        return None
    raise no_answer(PROVIDER, response)
