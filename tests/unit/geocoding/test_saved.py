"""The event of a saved address, and its row in geocoding's words."""

from __future__ import annotations

import importlib.util
from typing import Any

import pytest

from commerce.geocoding.model import AddressQuery
from commerce.geocoding.saved import AddressSaved, SavedAddress, address_saved
from commerce.platform.errors import BadRequest
from local.build.artifacts import ROOT


def event(**changes: Any) -> dict[str, Any]:
    data = {"user_id": "user-1", "address_id": "adr_1", "version": 3, "country": "BR"}
    detail = {"type": "address.saved", "version": 1, "correlation_id": "c", "data": data}
    return {"detail-type": "address.saved", "detail": {**detail, **changes}}


def test_it_names_the_address_and_nothing_of_it() -> None:
    assert address_saved(event()) == AddressSaved("user-1", "adr_1", 3)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "malformed_event"),
        (event(type="address.deleted"), "unexpected_event"),
        (event(version=2), "unexpected_event"),
        (event(data=None), "malformed_event"),
        (event(data={"user_id": "u", "address_id": "a"}), "malformed_event"),
        (event(data={"user_id": "u", "address_id": "a", "version": True}), "malformed_event"),
        (event(data={"user_id": "", "address_id": "a", "version": 1}), "malformed_event"),
    ],
)
def test_anything_else_is_refused_with_a_reason(body: dict[str, Any], code: str) -> None:
    with pytest.raises(BadRequest) as refused:
        address_saved(body)
    assert refused.value.code == code


def saved_address(row: dict[str, Any]) -> SavedAddress:
    spec = importlib.util.spec_from_file_location("row_reading", ROOT / "functions" / "google_maps" / "addresses.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: SavedAddress = module.saved_address(row)
    return found


def test_a_row_becomes_a_question_without_what_no_map_shows() -> None:
    row = {
        "version": 2,
        "recipient": "Ana Souza",
        "line1": "Rua Augusta",
        "number": "1200",
        "line2": "apto 12",
        "district": "Consolação",
        "city": "São Paulo",
        "state": "SP",
        "postal_code": "01304-001",
        "country": "BR",
    }
    text = "Rua Augusta, 1200, Consolação, São Paulo, SP, 01304-001"
    assert saved_address(row) == SavedAddress(2, AddressQuery(text, "BR"))


def test_parts_that_are_empty_leave_no_commas_behind() -> None:
    row = {
        "version": 1,
        "line1": "",
        "number": " ",
        "district": None,
        "city": "Goioerê",
        "state": "PR",
        "country": "BR",
    }
    assert saved_address({**row, "postal_code": "87360-000"}).query.address == "Goioerê, PR, 87360-000"
