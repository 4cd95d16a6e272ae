"""The ports to whoever knows the map."""

from __future__ import annotations

from typing import Protocol

from commerce.geocoding.distance import DistanceQuery, Leg
from commerce.geocoding.model import AddressQuery, Coordinates, Language, Place
from commerce.platform.deadline import Deadline


class Geocoder(Protocol):
    """Finds places. Best first; nothing found is an empty answer and no error (GEO-02).

    Raises:
        ProviderUnavailable: down, unreadable, or its quota is used up (`provider_quota_exceeded`,
            `provider_daily_limit`, with `retry_after`); the same question may be asked again.
        ConfigurationError: `provider_credentials`, the key is refused.
        Unprocessable: `provider_refused_request`, the provider does not understand the question.
    """

    def geocode(self, query: AddressQuery, *, deadline: Deadline) -> tuple[Place, ...]: ...

    def reverse(self, at: Coordinates, language: Language, *, deadline: Deadline) -> tuple[Place, ...]: ...

    def place(self, place_id: str, language: Language, *, deadline: Deadline) -> Place | None:
        """The place of that id as it is now; None when the id is no longer in use."""
        ...


class DistanceProvider(Protocol):
    """Measures ways. Raises as a Geocoder does."""

    def distances(self, query: DistanceQuery, *, deadline: Deadline) -> tuple[Leg, ...]:
        """One leg for every pair, ordered by origin, then by destination."""
        ...
