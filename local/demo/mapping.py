"""A chapter about the map: where an address is, and how far it is from the store."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from local.demo.checks import expect
from local.demo.goods import ANA, BRUNO, Person
from local.demo.shop import Json, Shop, expect_status

STORE = "Avenida Paulista, 1578, São Paulo"
ISLAND = "Vila dos Remédios, Fernando de Noronha"


def on_the_map(shop: Shop) -> str:
    shop.places.tell("reset")
    store = _find(shop, STORE)
    ana = _find(shop, _address_of(ANA))
    again = _find(shop, _address_of(ANA).upper())
    expect("The place, found again", (again["place_id"], again["lat"]), (ana["place_id"], ana["lat"]))
    near = _find(shop, f"{_address_of(BRUNO)}, casa 3")
    expect("A part of it that no map knows", near["partial_match"], True)
    ways = _measure(shop, store, [ana, near, {"address": ISLAND}])
    expect("The ways", [way["status"] for way in ways], ["ok", "ok", "no_route"])
    billed = shop.places.look("books")
    expect("What Google bills", billed["billed"], {"geocoding": 3, "compute_route_matrix": 3})
    expect("What Google would not have been asked", billed["violations"], [])
    return f"3 places for 4 questions, Ana lives {ways[0]['text'].partition(',')[0]} away"


def _find(shop: Shop, address: str) -> Json:
    """The store's backend looks an address up; its first place."""
    path = f"/geocode?{urlencode({'address': address})}"
    reply = shop.api.ask("GET", path, token=shop.store_token)
    expect_status("The look-up", reply, 200)
    place: Json = reply.body["places"][0]
    source = "from the table, Google is not asked" if reply.body["cached"] else place["location_type"]
    part = ", a part of it is unknown" if place["partial_match"] else ""
    shop.teller.step("store", "GET /geocode", f"{reply.status}  {place['lat']}, {place['lng']}: {source}{part}")
    return place


def _measure(shop: Shop, origin: Json, destinations: Sequence[Json]) -> list[Json]:
    """How far it is from the store to each; the first two by coordinates, the last by its address."""
    points = [_point(place) for place in destinations]
    body = {"origins": [_point(origin)], "destinations": points, "language": "pt-BR"}
    reply = shop.api.ask("POST", "/distances", token=shop.store_token, body=body, key="ways-1")
    expect_status("The distances", reply, 200)
    ways: list[Json] = reply.body["distances"]
    for name, way in zip(("Ana", "Bruno", "an island"), ways, strict=True):
        shop.teller.step("store", f"POST /distances: to {name}", f"{reply.status}  {way['text']}")
    return ways


def _point(place: Json) -> Json:
    return {name: place[name] for name in ("lat", "lng", "address") if name in place}


def _address_of(person: Person) -> str:
    return ", ".join(person.address[part] for part in ("line1", "number", "city"))
