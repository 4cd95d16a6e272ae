"""ViaCEP over HTTP. Free, without a key; who asks too much is blocked without a word: no connection is accepted."""

from __future__ import annotations

from commerce.addresses.gateways.viacep.messages import PROVIDER, found, look_up_path, matches, search_path
from commerce.addresses.model import CepAddress
from commerce.addresses.provider_answers import read
from commerce.platform.config import base_url
from commerce.platform.deadline import Deadline
from commerce.platform.http import ProviderHttp, provider_session

OFFICIAL_HOSTS = ("viacep.com.br",)
_SEARCH = "/ws/{state}/{city}/{street}/json/"


class ViaCep:
    """A `CepSource` and a `StreetSource`."""

    name = PROVIDER

    def __init__(self, http: ProviderHttp) -> None:
        self._http = http

    @classmethod
    def from_settings(cls) -> ViaCep:
        """From VIACEP_API_BASE."""
        base = base_url("VIACEP_API_BASE", official_hosts=OFFICIAL_HOSTS)
        return cls(ProviderHttp(provider_session(base, provider=PROVIDER), base))

    def find(self, cep: str, deadline: Deadline) -> CepAddress | None:
        return found(cep, read(self._http, look_up_path(cep), deadline))

    def search(self, state: str, city: str, street: str, deadline: Deadline) -> list[CepAddress]:
        path = search_path(state, city, street)
        return matches(read(self._http, path, deadline, shown=_SEARCH))
