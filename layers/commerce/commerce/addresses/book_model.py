"""An address as a person typed it, what its CEP added, and how it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from commerce.addresses.model import Precision

BRAZIL = "BR"


@dataclass(frozen=True, slots=True)
class AddressFields:
    """Texts are empty where nothing is known; the names are those of an order's shipping address."""

    country: str
    postal_code: str = ""
    line1: str = ""
    number: str = ""
    line2: str = ""
    district: str = ""
    city: str = ""
    state: str = ""
    recipient: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """The person typed one thing, the CEP says another; the person's word stands (ADR-04)."""

    field: str
    typed: str
    found: str


class CheckStatus(StrEnum):
    """What the CEP of an address came to. None of them keeps it from being saved."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    UNAVAILABLE = "unavailable"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class Check:
    """Args:
    filled: fields that were empty and came from the CEP.
    ibge: the municipality's code.
    """

    status: CheckStatus
    precision: Precision | None = None
    source: str | None = None
    ibge: str = ""
    filled: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


UNCHECKED = Check(CheckStatus.NOT_CHECKED)


@dataclass(frozen=True, slots=True)
class Completed:
    """An address ready to be saved."""

    fields: AddressFields
    check: Check = UNCHECKED


@dataclass(frozen=True, slots=True)
class Location:
    """Where an address is, as the geocoder found it; degrees as decimal text.

    Args:
        partial_match: a part of the address was left out; None when nobody knows (GEO-06).
    """

    lat: str
    lng: str
    location_type: str
    place_id: str
    partial_match: bool | None = None


@dataclass(frozen=True, slots=True)
class SavedAddress:
    """An address of somebody's book.

    Args:
        version: counts its changes from 1.
        location: of this very version, and only while it may still be used (GEO-01).
    """

    address_id: str
    user_id: str
    version: int
    fields: AddressFields
    check: Check
    created_at: datetime
    updated_at: datetime
    is_default: bool = False
    location: Location | None = None
