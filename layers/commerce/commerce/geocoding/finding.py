"""Finding an address: the cache first, then the provider, by the place's id when that is all that may be kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from commerce.geocoding.cache import PlaceCache, Remembered, digest_of
from commerce.geocoding.model import AddressQuery, Place
from commerce.geocoding.providers import Geocoder
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ProviderError, Unprocessable
from commerce.platform.single_flight import SingleFlight


@dataclass(frozen=True, slots=True)
class Finding:
    """Places, best first; none is an answer.

    Args:
        cached: no provider was asked; `formatted_address` is None then.
        until: when the coordinates may be kept no longer; None without places.
    """

    places: tuple[Place, ...]
    cached: bool
    until: datetime | None


class PlaceFinder:
    """Asks a geocoder only for what the cache does not know, and once for all who ask the same at the same time."""

    def __init__(self, geocoder: Geocoder, cache: PlaceCache) -> None:
        self._geocoder = geocoder
        self._cache = cache
        self._flight = SingleFlight[Finding]()

    def find(self, query: AddressQuery, *, fresh: bool = False, deadline: Deadline) -> Finding:
        """Args:
        fresh: ask the provider about the address itself, whatever is cached: only its own answer has formatted
            addresses, and only it can say that the address is another place by now, or none.
        """
        key = f"{digest_of(query)} {fresh}"
        return self._flight.do(key, lambda: self._find(query, fresh=fresh, deadline=deadline))

    def _find(self, query: AddressQuery, *, fresh: bool, deadline: Deadline) -> Finding:
        known = self._cache.recall(query)
        if known.places and not fresh:
            return Finding(known.places, cached=True, until=known.until)
        if not fresh and (same := self._same_place(known.place_id, query, deadline)):
            return Finding(same, cached=False, until=self._cache.remember(query, same, by_id=True))
        places = self._geocoder.geocode(query, deadline=deadline)
        if places:
            return Finding(places, cached=False, until=self._cache.remember(query, places))
        # That nothing was found is not kept: a new street is built sooner or later.
        if known != Remembered():
            self._cache.forget(query)
        return Finding((), cached=False, until=None)

    def _same_place(self, place_id: str | None, query: AddressQuery, deadline: Deadline) -> tuple[Place, ...]:
        """The place that fully matched before, asked for by its id; none when that id is no longer in use."""
        if place_id is None:
            return ()
        try:
            found = self._geocoder.place(place_id, query.language, deadline=deadline)
        except (ProviderError, Unprocessable) as error:
            if error.retryable:
                raise
            return ()
        return () if found is None else (replace(found, partial_match=False),)
