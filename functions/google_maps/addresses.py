"""The address book's row in geocoding's words: domains do not import each other, so they meet here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commerce.geocoding.model import AddressQuery
from commerce.geocoding.saved import SavedAddress

_PARTS = ("line1", "number", "district", "city", "state", "postal_code")


def saved_address(row: Mapping[str, Any]) -> SavedAddress:
    """Street and number, then the rest from small to large; what is inside of the building helps no geocoder."""
    texts = (str(row.get(name) or "").strip() for name in _PARTS)
    text = ", ".join(text for text in texts if text)
    return SavedAddress(int(row["version"]), AddressQuery(text, country=str(row["country"])))
