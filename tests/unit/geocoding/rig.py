"""Google's gateways in front of the strict sandbox: no sockets, no waiting."""

from __future__ import annotations

from dataclasses import dataclass, field

from commerce.geocoding.gateways.google import distance_matrix, geocoding_v3, geocoding_v4, routes
from commerce.geocoding.gateways.google.transport import GoogleKey, GoogleTransport
from commerce.platform.deadline import Deadline
from commerce.platform.http import ProviderSession, Retry
from commerce.platform.secrets import StaticSecrets
from local.sandboxes.google.access import API_KEY
from local.sandboxes.google.sandbox import GoogleSandbox
from local.sandboxes.kernel.adapter import WsgiAdapter

SECRET = "store/google_maps"


@dataclass
class Rig:
    """`pauses` are the seconds that somebody would have waited before trying again."""

    key: str = API_KEY
    sandbox: GoogleSandbox = field(default_factory=GoogleSandbox)
    pauses: list[float] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)

    @property
    def retry(self) -> Retry:
        return Retry(jitter=lambda: 1.0, sleep=self.pauses.append)

    def transport(self, api: str, host: str) -> GoogleTransport:
        url = f"https://{host}"
        session = ProviderSession(url, provider="google")
        session.mount("https://", WsgiAdapter(self.sandbox))
        return GoogleTransport(api, url, GoogleKey(_Secrets(self), SECRET), session, self.retry)

    def v3(self) -> geocoding_v3.GeocodingV3:
        return geocoding_v3.GeocodingV3(self.transport(geocoding_v3.API, geocoding_v3.HOST), self.retry)

    def v4(self) -> geocoding_v4.GeocodingV4:
        return geocoding_v4.GeocodingV4(self.transport(geocoding_v4.API, geocoding_v4.HOST))

    def routes(self) -> routes.GoogleRoutes:
        return routes.GoogleRoutes(self.transport(routes.API, routes.HOST))

    def matrix(self) -> distance_matrix.GoogleDistanceMatrix:
        transport = self.transport(distance_matrix.API, distance_matrix.HOST)
        return distance_matrix.GoogleDistanceMatrix(transport, self.retry)

    def asked(self) -> list[str]:
        """Paths of everything that was asked of Google."""
        return [entry.path for entry in self.sandbox.journal.entries()]


class _Secrets(StaticSecrets):
    def __init__(self, rig: Rig) -> None:
        super().__init__({SECRET: {"api_key": rig.key}})
        self._rig = rig

    def forget(self, name: str) -> None:
        self._rig.forgotten.append(name)


def soon(seconds: float = 10.0) -> Deadline:
    return Deadline.after(seconds)
