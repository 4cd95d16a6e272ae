"""From the address book to the map and back, on the local stack: outbox, bus, rule, queue, worker, Google."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from local.stack.options import StackOptions
from local.stack.providers import all_sandboxes
from local.stack.stack import Stack
from tests.shop import BUYER, Shop, wait_for

LEXINGTON = {"country": "US", "line1": "Lexington", "city": "Lexington", "state": "MA", "postal_code": "02420"}


@pytest.fixture(scope="module")
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    options = StackOptions(sandboxes=all_sandboxes(mail_folder=None), parameters={"GeocodeAddresses": request.param})
    with Stack(options) as stack, requests.Session() as http:
        http.trust_env = False
        yield Shop(stack, http)


def geocodes(shop: Shop) -> bool:
    return bool(shop.stack.options.parameters["GeocodeAddresses"] == "true")


def asked(shop: Shop) -> int:
    return len(shop.stack.sandbox("google").journal.entries())


def kept(shop: Shop, saved: dict[str, Any]) -> Any:
    """The row of the address's place."""
    key = {"pk": {"S": f"SAVED#{saved['address_id']}"}}
    table = shop.stack.resource("GeocodingTable")
    return shop.stack.aws("dynamodb").get_item(TableName=table, Key=key).get("Item")


@pytest.mark.invariant("GEO-01", "GEO-06")
@pytest.mark.parametrize("shop", ["true", "false"], indirect=True)
@pytest.mark.timeout(120)
def test_a_saved_address_gets_its_place_where_the_store_wants_that(shop: Shop) -> None:
    path = f"/users/{BUYER}/addresses"
    saved: dict[str, Any] = shop.ask("buyer", "POST", path, LEXINGTON, expect=201)["address"]
    assert saved["location"] is None
    shop.stack.drain()
    found = shop.ask("buyer", "GET", f"{path}/{saved['address_id']}", expect=200)["address"]["location"]
    if not geocodes(shop):
        assert (found, asked(shop)) == (None, 0)
        return
    assert found == {
        "lat": "42.4430372",
        "lng": "-71.2289641",
        "location_type": "approximate",
        "place_id": "ChIJsandboxLexington",
        "partial_match": True,
    }
    assert kept(shop, saved) is not None
    shop.ask("buyer", "DELETE", f"{path}/{saved['address_id']}", expect=204)
    shop.stack.drain()
    assert kept(shop, saved) is None


@pytest.mark.invariant("PLT-02")
@pytest.mark.parametrize("shop", ["true"], indirect=True)
@pytest.mark.timeout(120)
def test_a_message_that_is_none_fails_alone(shop: Shop) -> None:
    shop.send("GeocodeQueue", {"detail": {"type": "address.deleted"}})
    wait_for(lambda: shop.has_called("GoogleMapsWorkerFunction", "sqs:ChangeMessageVisibility"))
    lines = [line.text for line in shop.stack.logs if '"message failed"' in line.text]
    assert ['"code":"unexpected_event"' in line for line in lines] == [True]
