"""The address book as the API takes and shows it; an entry's fields fit into an order's `shipping_address`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from commerce.addresses.book_model import AddressFields, SavedAddress
from commerce.platform.api.models import TEXT_PATTERN, AnswerModel, RequestModel
from commerce.platform.clock import iso

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=255, pattern=TEXT_PATTERN)]
"""One line of text, or none."""


class BookAddressModel(RequestModel):
    """An address as somebody types it. In Brazil the CEP fills what is empty, and changes nothing that is not."""

    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = Field(description="ISO 3166-1, two letters.")
    postal_code: Annotated[str, StringConstraints(strip_whitespace=True, max_length=16, pattern=TEXT_PATTERN)] = Field(
        "", description="The CEP in Brazil; elsewhere as the country writes it, empty where it has none."
    )
    line1: Line = Field("", description="Street.")
    number: Line = ""
    line2: Line = Field("", description="Apartment, floor, reference.")
    district: Line = ""
    city: Line = ""
    state: Line = Field("", description="In Brazil a state's two letters or name.")
    recipient: Line = Field("", description="Who receives it, when it is not the buyer.")
    label: Line = Field("", description="What the buyer calls it, such as `Casa`.")

    def fields(self) -> AddressFields:
        return AddressFields(**self.model_dump())


class ConflictModel(AnswerModel):
    field: Literal["state", "city", "district", "line1"]
    typed: str
    found: str


class CheckModel(AnswerModel):
    """What the CEP of the address came to; none of it keeps an address from being saved."""

    status: Literal["found", "not_found", "unavailable", "not_checked"] = Field(
        description="`not_checked` outside of Brazil; `unavailable` when nobody could be asked."
    )
    precision: Literal["street", "district", "city"] | None
    source: str | None
    ibge: str | None = Field(description="The municipality's code, as invoices need it.")
    filled: list[str] = Field(description="Fields that were empty and came from the CEP.")
    conflicts: list[ConflictModel] = Field(description="Where the CEP says otherwise; what was typed is what is kept.")


class LocationModel(AnswerModel):
    """Where it is, once it was looked up; degrees as decimal text."""

    lat: str
    lng: str
    location_type: str
    place_id: str
    partial_match: bool | None = Field(description="A part of the address was left out; null when nobody knows.")


class SavedAddressModel(AnswerModel):
    address_id: str
    version: int
    is_default: bool
    country: str
    postal_code: str
    line1: str
    number: str
    line2: str
    district: str
    city: str
    state: str
    recipient: str
    label: str
    cep: CheckModel
    location: LocationModel | None
    created_at: str
    updated_at: str


class AddressEnvelope(AnswerModel):
    address: SavedAddressModel


class AddressesEnvelope(AnswerModel):
    addresses: list[SavedAddressModel]


def saved_view(address: SavedAddress) -> dict[str, Any]:
    """A saved address as JSON."""
    check = address.check
    return {
        "address_id": address.address_id,
        "version": address.version,
        "is_default": address.is_default,
        **asdict(address.fields),
        "cep": {
            "status": check.status.value,
            "precision": None if check.precision is None else check.precision.value,
            "source": check.source,
            "ibge": check.ibge or None,
            "filled": list(check.filled),
            "conflicts": [asdict(conflict) for conflict in check.conflicts],
        },
        "location": None if address.location is None else asdict(address.location),
        "created_at": iso(address.created_at),
        "updated_at": iso(address.updated_at),
    }
