"""What is counted is what Google bills: by request, by element, and nothing for a refusal."""

from __future__ import annotations

from collections import Counter

import pytest

from commerce.geocoding.distance import Address, DistanceQuery
from commerce.geocoding.gateways.google import billing
from commerce.geocoding.model import AddressQuery, Coordinates, Language
from commerce.platform.errors import IntegrationError
from tests.unit.geocoding.rig import Rig, soon


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    found: Counter[str] = Counter()

    def count(name: str, value: float = 1, **dimensions: str) -> None:
        assert (name, dimensions["provider"]) == ("GoogleBilled", "google")
        found[str(dimensions["operation"])] += int(value)

    monkeypatch.setattr(billing, "count", count)
    return found


@pytest.mark.invariant("GEO-07")
def test_every_sku_has_its_counter_and_it_equals_google_s_books(counted: Counter[str]) -> None:
    rig = Rig()
    for geocoder in (rig.v3(), rig.v4()):
        geocoder.geocode(AddressQuery("Praça da Sé, São Paulo"), deadline=soon())
        geocoder.geocode(AddressQuery("xyzzy"), deadline=soon())
        geocoder.reverse(Coordinates.of("-23.55", "-46.63"), Language.ENGLISH, deadline=soon())
        geocoder.place("ChIJsandboxSe", Language.ENGLISH, deadline=soon())
    boston, lexington = (Address("Boston"),), (Address("Lexington"),)
    for distances in (rig.routes(), rig.matrix()):
        distances.distances(DistanceQuery(boston, lexington), deadline=soon())
        distances.distances(DistanceQuery(boston * 2, lexington * 3), deadline=soon())
    assert counted == {"geocoding": 8, "compute_routes": 1, "compute_route_matrix": 6, "distance_matrix": 7}
    assert counted == rig.sandbox.books()["billed"]


@pytest.mark.invariant("GEO-07")
def test_what_is_refused_costs_nothing(counted: Counter[str]) -> None:
    rig = Rig()
    rig.sandbox.account.left = 0
    query = DistanceQuery((Address("Boston"),), (Address("Lexington"),))
    for ask in (
        lambda: rig.v3().geocode(AddressQuery("São Paulo"), deadline=soon()),
        lambda: rig.v4().geocode(AddressQuery("São Paulo"), deadline=soon()),
        lambda: rig.routes().distances(query, deadline=soon()),
        lambda: rig.matrix().distances(query, deadline=soon()),
    ):
        with pytest.raises(IntegrationError):
            ask()
    assert counted == {}
    assert rig.sandbox.books()["billed"] == {}
