"""The address book's domain events: ids and the country, never the address (contracts/events/address.v1.json)."""

from __future__ import annotations

from commerce.addresses.book_model import SavedAddress
from commerce.platform.outbox import DomainEvent

SOURCE = "commerce.addresses"
SAVED = "address.saved"
DELETED = "address.deleted"


def address_event(kind: str, address: SavedAddress) -> DomainEvent:
    """`address.saved` with the version that was written; `address.deleted` with the last one."""
    data: dict[str, object] = {
        "user_id": address.user_id,
        "address_id": address.address_id,
        "version": address.version,
        "country": address.fields.country,
    }
    return DomainEvent(kind, SOURCE, data)
