"""The address book's row in geocoding's words: domains do not import each other, so they meet here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commerce.geocoding.model import AddressQuery
from commerce.geocoding.saved import SavedAddress

_PARTS = ("district", "city", "state", "postal_code")


def saved_address(row: Mapping[str, Any]) -> SavedAddress:
    """Street and number, then the rest from small to large; what is inside of the building helps no geocoder."""
    street = ", ".join(str(row[name]) for name in ("line1", "number") if row.get(name))
    text = ", ".join([street, *(str(row[name]) for name in _PARTS if row.get(name))])
    return SavedAddress(int(row["version"]), AddressQuery(text, country=str(row["country"])))
