"""Rows of an address book, and where an address is for as long as that may be shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from commerce.addresses.autofill import autofill
from commerce.addresses.book_codec import book_key, from_rows, place_key, to_row
from commerce.addresses.book_model import AddressFields, Location, SavedAddress
from commerce.platform.dynamodb import marshal, unmarshal
from tests.builders import NOW, later
from tests.unit.addresses.rig import PERDIZES

USER = "user-1"


def saved(address_id: str = "addr_1", version: int = 1, seconds: float = 0) -> SavedAddress:
    completed = autofill(AddressFields("BR", "05010-000", city="Santos", label="Casa"), PERDIZES, "viacep")
    moment = later(seconds)
    return SavedAddress(address_id, USER, version, completed.fields, completed.check, moment, moment)


def place(address_id: str = "addr_1", version: int = 1, **changes: Any) -> dict[str, Any]:
    ends = int((NOW + timedelta(days=30)).timestamp())
    found = {"place_id": "ChIJ1", "lat": "-23.53", "lng": "-46.67", "location_type": "rooftop", "partial_match": False}
    return {**place_key(address_id), **found, "address_version": version, "expires_at": ends, **changes}


def test_there_and_back() -> None:
    row = unmarshal(marshal(to_row(saved())))
    assert from_rows([row], [], NOW) == [saved()]


def test_the_default_is_first_then_the_newest() -> None:
    rows = [to_row(saved("addr_1")), to_row(saved("addr_2", seconds=1)), to_row(saved("addr_3", seconds=2))]
    book = {**book_key(USER), "default_address_id": "addr_1", "addresses": 3}
    found = from_rows([book, *rows], [], NOW)
    assert [(address.address_id, address.is_default) for address in found] == [
        ("addr_1", True),
        ("addr_3", False),
        ("addr_2", False),
    ]


@pytest.mark.invariant("GEO-01", "GEO-06")
def test_where_it_is_is_shown_until_that_must_end() -> None:
    rows, places = [to_row(saved())], [place("addr_2"), place()]
    (found,) = from_rows(rows, places, NOW + timedelta(days=30, seconds=-1))
    assert found.location == Location("-23.53", "-46.67", "rooftop", "ChIJ1", partial_match=False)
    (found,) = from_rows(rows, places, NOW + timedelta(days=30))
    assert found.location is None, "whether DynamoDB has deleted the row or not"


def test_where_another_version_was_is_not_shown() -> None:
    (found,) = from_rows([to_row(saved(version=2))], [place(version=1)], NOW)
    assert found.location is None
