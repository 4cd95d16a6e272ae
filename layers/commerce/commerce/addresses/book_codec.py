"""Rows of the AddressesTable, all of one person under `USER#<user_id>`.

BOOK                 default_address_id, addresses (how many)
ADDR#<address_id>    the address, its fields in the open, and what its CEP came to

Where an address is lies in the GeocodingTable, which has no backups: `SAVED#<address_id>`, written by the geocoder, for
one version of the address, until `expires_at`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from commerce.addresses.book_model import AddressFields, Check, CheckStatus, Conflict, Location, SavedAddress
from commerce.addresses.model import Precision
from commerce.platform.clock import iso, parse_iso

BOOK = "BOOK"
_ADDRESS = "ADDR#"


def book_key(user_id: str) -> dict[str, str]:
    return {"pk": f"USER#{user_id}", "sk": BOOK}


def address_key(user_id: str, address_id: str) -> dict[str, str]:
    return {"pk": f"USER#{user_id}", "sk": f"{_ADDRESS}{address_id}"}


def place_key(address_id: str) -> dict[str, str]:
    """Of the GeocodingTable. The id is one person's alone, so the table needs nobody's name."""
    return {"pk": f"SAVED#{address_id}"}


def to_row(address: SavedAddress) -> dict[str, Any]:
    check = address.check
    row: dict[str, Any] = {
        **address_key(address.user_id, address.address_id),
        "address_id": address.address_id,
        "user_id": address.user_id,
        "version": address.version,
        **asdict(address.fields),
        "cep_status": check.status.value,
        "precision": None if check.precision is None else check.precision.value,
        "source": check.source,
        "ibge": check.ibge,
        "filled": list(check.filled),
        "conflicts": [asdict(conflict) for conflict in check.conflicts],
        "created_at": iso(address.created_at),
        "updated_at": iso(address.updated_at),
    }
    return {name: value for name, value in row.items() if value not in (None, "", [])}


def from_rows(
    rows: Iterable[Mapping[str, Any]], places: Iterable[Mapping[str, Any]], now: datetime
) -> list[SavedAddress]:
    """The addresses among somebody's rows, each with its place where one may be shown; the default first."""
    by_key = {row["sk"]: row for row in rows}
    place_of = {place["pk"]: place for place in places}
    default = by_key.get(BOOK, {}).get("default_address_id")
    found = [
        replace(
            _address(row),
            is_default=row["address_id"] == default,
            location=_location(place_of.get(place_key(row["address_id"])["pk"]), row["version"], now),
        )
        for key, row in by_key.items()
        if key.startswith(_ADDRESS)
    ]
    newest_first = sorted(found, key=lambda address: (address.created_at, address.address_id), reverse=True)
    return sorted(newest_first, key=lambda address: not address.is_default)


def ids_in(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """The ids of the addresses among somebody's rows."""
    return [row["address_id"] for row in rows if row["sk"].startswith(_ADDRESS)]


def _address(row: Mapping[str, Any]) -> SavedAddress:
    return SavedAddress(
        address_id=row["address_id"],
        user_id=row["user_id"],
        version=row["version"],
        fields=AddressFields(**{name: row[name] for name in AddressFields.__dataclass_fields__ if name in row}),
        check=Check(
            status=CheckStatus(row["cep_status"]),
            precision=Precision(row["precision"]) if "precision" in row else None,
            source=row.get("source"),
            ibge=row.get("ibge", ""),
            filled=tuple(row.get("filled", ())),
            conflicts=tuple(Conflict(**conflict) for conflict in row.get("conflicts", ())),
        ),
        created_at=parse_iso(row["created_at"]),
        updated_at=parse_iso(row["updated_at"]),
    )


def _location(row: Mapping[str, Any] | None, version: int, now: datetime) -> Location | None:
    """Google's terms end at `expires_at`, whenever DynamoDB gets to deleting the row (GEO-01)."""
    if row is None or row["address_version"] != version or row["expires_at"] <= now.timestamp():
        return None
    return Location(row["lat"], row["lng"], row["location_type"], row["place_id"], row.get("partial_match"))
