"""A saved address gets its place, in the background and once for each version of it.

Nothing looks it up again by itself: when Google's terms end its place, it has none until it is saved again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from commerce.geocoding.finding import PlaceFinder
from commerce.geocoding.saved import AddressSaved, SavedAddress, SavedPlaces
from commerce.platform.deadline import Deadline
from commerce.platform.observability import count, logger

type ReadAddress = Callable[[Mapping[str, Any]], SavedAddress]
"""An address book's row in geocoding's words."""


class Locator:
    """Args:
    read: knows what an address book's row looks like, which is not this domain's business.
    """

    def __init__(self, places: SavedPlaces, finder: PlaceFinder, read: ReadAddress) -> None:
        self._places = places
        self._finder = finder
        self._read = read

    def locate(self, saved: AddressSaved, deadline: Deadline) -> None:
        """Find the address as it is now and keep its place; doing so twice changes nothing.

        Raises:
            VersionConflict: it was changed meanwhile; its next look finds the new one.
            ProviderUnavailable, ConfigurationError: the provider could not be asked.
        """
        known = self._places.known(saved)
        if known is None:
            self._tell(saved, "gone")
            return
        address = self._read(known.row)
        if known.asked >= address.version:
            self._tell(saved, "known")
            return
        finding = self._finder.find(address.query, deadline=deadline)
        if finding.until is None:
            self._places.forget(saved, address.version)
            self._tell(saved, "not_found")
            return
        self._places.keep(saved, address.version, finding.places[0], finding.until)
        self._tell(saved, "located")

    def _tell(self, saved: AddressSaved, outcome: str) -> None:
        count("AddressesLocated", outcome=outcome)
        logger.info("saved address looked up", extra={"address_id": saved.address_id, "outcome": outcome})
