"""What every source's answer must be before it is believed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from commerce.addresses.model import CepAddress
from commerce.addresses.states import STATES
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ProviderAmbiguous, ProviderUnavailable
from commerce.platform.http import ProviderHttp, retry_after

if TYPE_CHECKING:
    import requests

TOO_MANY = 429


def read(http: ProviderHttp, path: str, deadline: Deadline, *, shown: str | None = None) -> requests.Response:
    """One question to a source. An answer that is lost is none, and leaves nothing in doubt: only a write could.

    Raises:
        ProviderUnavailable: no answer came.
    """
    try:
        return http.call("GET", path, deadline=deadline, shown=shown)
    except ProviderAmbiguous as error:
        raise ProviderUnavailable(
            f"{http.provider} did not answer in time, or not in full. Try again shortly.", code="provider_silent"
        ) from error


def no_answer(provider: str, response: requests.Response) -> ProviderUnavailable:
    """For a status that is none of an answer: a block, a quota, an outage, whatever page came with it."""
    if response.status_code == TOO_MANY:
        return ProviderUnavailable(
            f"{provider} says that it was asked too often.",
            code="provider_quota",
            retry_after=retry_after(response.headers),
        )
    return ProviderUnavailable(f"{provider} answered {response.status_code}.", code="provider_failed")


def unreadable(provider: str, why: str) -> ProviderUnavailable:
    return ProviderUnavailable(f"{provider} sent what cannot be read: {why}.", code="provider_unreadable")


def json_of(provider: str, response: requests.Response) -> Any:
    """The JSON of an answer.

    Raises:
        ProviderUnavailable: `provider_unreadable`; sources put pages in HTML before their API when they block or fail.
    """
    try:
        return response.json()
    except (ValueError, RecursionError) as error:
        raise unreadable(provider, "no JSON") from error


def address_from(provider: str, cep: str, fields: Mapping[str, Any]) -> CepAddress:
    """An address of ViaCEP's fields.

    Raises:
        ProviderUnavailable: `provider_unreadable`, for another CEP than asked, no city, or a state that is none.
    """
    texts = {name: _text(fields.get(name)) for name in _FIELDS}
    if "".join(char for char in texts["cep"] if char.isdigit()) != cep:
        raise unreadable(provider, "another CEP than the one asked for")
    if not texts["localidade"] or texts["uf"].upper() not in STATES:
        raise unreadable(provider, "an address without city or state")
    return CepAddress(**{**texts, "cep": cep, "uf": texts["uf"].upper()})


_FIELDS = tuple(CepAddress.__dataclass_fields__)


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
