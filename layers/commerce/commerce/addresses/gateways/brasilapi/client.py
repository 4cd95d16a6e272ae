"""BrasilAPI over HTTP: a gift to single look-ups, not meant for bulk. Free, without a key."""

from __future__ import annotations

from commerce.addresses.gateways.brasilapi.messages import PROVIDER, found, look_up_path
from commerce.addresses.model import CepAddress
from commerce.addresses.provider_answers import read
from commerce.platform.config import base_url
from commerce.platform.deadline import Deadline
from commerce.platform.http import ProviderHttp, provider_session

OFFICIAL_HOSTS = ("brasilapi.com.br",)


class BrasilApi:
    """A `CepSource`."""

    name = PROVIDER

    def __init__(self, http: ProviderHttp) -> None:
        self._http = http

    @classmethod
    def from_settings(cls) -> BrasilApi:
        """From BRASILAPI_API_BASE."""
        base = base_url("BRASILAPI_API_BASE", official_hosts=OFFICIAL_HOSTS)
        return cls(ProviderHttp(provider_session(base, provider=PROVIDER), base))

    def find(self, cep: str, deadline: Deadline) -> CepAddress | None:
        return found(cep, read(self._http, look_up_path(cep), deadline))
