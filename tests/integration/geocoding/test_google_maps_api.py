"""The map's routes behind the gateway: what callers get, and what they are refused, in the one shape."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from local.sandboxes.kernel.faults import Fault, FaultKind
from tests.application import Application, application

SE = "Praça da Sé, São Paulo"
SEA = {"lat": 0, "lng": 0}


@pytest.fixture(scope="module")
def started() -> Iterator[Application]:
    with application() as running:
        yield running


@pytest.fixture
def running(started: Application) -> Iterator[Application]:
    yield started
    started.google.faults.clear()
    started.google.account.left = None


def get(running: Application, path: str, scope: str = "buyer", **params: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {running.token(scope)}"}
    return requests.get(running.url + path, params=params, headers=headers, timeout=20)


def measure(running: Application, body: Any, scope: str = "store", **headers: str) -> requests.Response:
    named = {"Authorization": f"Bearer {running.token(scope)}", "Idempotency-Key": "way-1", **headers}
    return requests.post(f"{running.url}/distances", json=body, headers=named, timeout=20)


def error(answer: requests.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()["error"]
    assert set(found) == {"code", "message", "details", "retryable", "request_id"}
    assert found["code"] == code
    return found


def field_of(answer: requests.Response) -> str:
    fields: list[dict[str, str]] = error(answer, 422, "invalid_request")["details"]["fields"]
    return fields[0]["field"]


@pytest.mark.invariant("GEO-01", "GEO-06")
def test_an_address_is_found_and_found_again(running: Application) -> None:
    first = get(running, "/geocode", address=SE, country="BR", language="en")
    assert first.status_code == 200
    (place,) = first.json()["places"]
    assert place == {
        "place_id": "ChIJsandboxSe",
        "lat": "-23.5503099",
        "lng": "-46.6342009",
        "location_type": "geometric_center",
        "partial_match": False,
        "formatted_address": "Praça da Sé, São Paulo - SP, 01001-000, Brasil",
    }
    again = get(running, "/geocode", scope="store", address=SE, country="BR", language="en")
    assert again.json() == {"places": [{**place, "formatted_address": None}], "cached": True}
    assert get(running, "/geocode", address=SE, country="BR", language="en", fresh="true").json()["places"] == [place]


@pytest.mark.invariant("GEO-06")
def test_a_filter_and_a_partial_match_are_seen(running: Application) -> None:
    found = get(running, "/geocode", address="Rua Augusta, 1200, Loja 3", postal_code="01304-001").json()["places"]
    assert [(place["place_id"], place["partial_match"]) for place in found] == [("ChIJsandboxAugusta1200", True)]
    assert get(running, "/geocode", address="Rua Augusta, 1200", postal_code="01001-000").json()["places"] == []


@pytest.mark.invariant("GEO-02", "GEO-05")
def test_nothing_at_a_point_is_an_empty_answer_and_0_0_is_a_point(running: Application) -> None:
    assert get(running, "/geocode/reverse", lat="0", lng="0").json() == {"places": [], "cached": False}
    found = get(running, "/geocode/reverse", lat="-23.5503", lng="-46.6342").json()["places"]
    assert found[0]["formatted_address"].startswith("Praça da Sé")


@pytest.mark.invariant("GEO-03", "GEO-04")
def test_distances_come_by_index_in_the_caller_s_language(running: Application) -> None:
    body = {"origins": [{"address": "Boston"}, SEA], "destinations": [{"address": "Lexington"}, SEA], "language": "en"}
    answer = measure(running, body)
    assert answer.status_code == 200, answer.text
    rows = [
        (way["origin"], way["destination"], way["status"], way["meters"], way["text"])
        for way in answer.json()["distances"]
    ]
    assert rows == [
        (0, 0, "ok", 33253, "33.3 km, 27 min"),
        (0, 1, "no_route", None, "no route"),
        (1, 0, "no_route", None, "no route"),
        (1, 1, "ok", 0, "0 m, 0 min"),
    ]
    one = measure(
        running, {**body, "origins": body["origins"][:1], "destinations": body["destinations"][:1], "language": "pt-BR"}
    )
    assert one.json()["distances"][0]["text"] == "33,3 km, 27 min"


@pytest.mark.invariant("PLT-04")
@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({}, "query.address"),
        ({"address": ""}, "query.address"),
        ({"address": "   "}, "query.address"),
        ({"address": "x" * 301}, "query.address"),
        ({"address": "Sé\nSão Paulo"}, "query.address"),
        ({"address": SE, "country": "br"}, "query.country"),
        ({"address": SE, "postal_code": "01001|country:US"}, "query.postal_code"),
        ({"address": SE, "language": "fr"}, "query.language"),
        ({"address": SE, "fresh": "perhaps"}, "query.fresh"),
        ({"address": SE, "key": "AIzaMine"}, "query.key"),
    ],
)
def test_a_question_that_is_none_is_422_by_its_field(running: Application, params: dict[str, str], field: str) -> None:
    before = len(running.google.journal.entries())
    assert field_of(get(running, "/geocode", **params)) == field
    assert len(running.google.journal.entries()) == before


@pytest.mark.invariant("GEO-05", "PLT-04")
@pytest.mark.parametrize(
    ("lat", "lng", "field"),
    [
        ("90.1", "0", "query.lat"),
        ("-91", "0", "query.lat"),
        ("0", "180.5", "query.lng"),
        ("-122.33", "47.6", "query.lat"),
        ("NaN", "0", "query.lat"),
        ("1e1", "0", "query.lat"),
        ("", "0", "query.lat"),
        ("-23,55", "0", "query.lat"),
    ],
)
def test_a_point_that_is_not_on_earth_is_422(running: Application, lat: str, lng: str, field: str) -> None:
    answer = get(running, "/geocode/reverse", lat=lat, lng=lng)
    assert field_of(answer) == field
    assert "degrees, such as" in answer.json()["error"]["message"]


@pytest.mark.invariant("GEO-05", "PLT-04")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "origins"),
        ({"origins": [], "destinations": [SEA]}, "origins"),
        ({"origins": [SEA], "destinations": [{"lat": 91, "lng": 0}]}, "destinations.0.lat"),
        ({"origins": [{"address": " "}], "destinations": [SEA]}, "origins.0.address"),
        ({"origins": [SEA], "destinations": [SEA], "mode": "flying"}, "mode"),
        ({"origins": [SEA], "destinations": [SEA], "traffic": True}, "traffic"),
        ({"origins": [{"lat": 1, "lng": 2, "address": "x"}], "destinations": [SEA]}, "origins.0.lat"),
        ({"origins": SEA, "destinations": [SEA]}, "origins"),
    ],
    ids=str,
)
def test_a_body_that_is_none_is_422_by_its_field(running: Application, body: Any, field: str) -> None:
    assert field_of(measure(running, body)) == field


@pytest.mark.invariant("PLT-04")
def test_more_than_625_pairs_or_50_addresses_are_422_before_google_is_asked(running: Application) -> None:
    before = len(running.google.journal.entries())
    told = error(measure(running, {"origins": [SEA] * 26, "destinations": [SEA] * 25}), 422, "too_many_elements")
    assert told["details"] == {"elements": 650, "most": 625}
    many = {"origins": [{"address": "Boston"}] * 40, "destinations": [{"place_id": "ChIJsandboxSe"}] * 11}
    error(measure(running, many), 422, "too_many_addresses")
    assert len(running.google.journal.entries()) == before
    assert len(measure(running, {"origins": [SEA] * 25, "destinations": [SEA] * 25}).json()["distances"]) == 625


@pytest.mark.invariant("AUT-07")
def test_buyers_and_the_store_may_ask_and_nobody_else(running: Application) -> None:
    for path in ("/geocode?address=x", "/geocode/reverse?lat=0&lng=0"):
        assert requests.get(running.url + path, timeout=20).status_code == 401
        assert get(running, path, scope="operator").status_code == 403
        assert get(running, path, scope="buyer").status_code == 200
    body = {"origins": [SEA], "destinations": [SEA]}
    assert measure(running, body, Authorization="").status_code == 401
    assert measure(running, body, scope="operator").status_code == 403
    assert measure(running, body, scope="buyer").status_code == 200
    error(measure(running, body, **{"Idempotency-Key": ""}), 400, "idempotency_key_required")


@pytest.mark.invariant("GEO-02")
def test_a_used_up_quota_is_503_with_the_time_to_come_back(running: Application) -> None:
    get(running, "/geocode", address=SE, country="BR", language="en")
    running.google.account.left = 0
    for answer in (
        get(running, "/geocode", address="Toledo", country="ES"),
        get(running, "/geocode/reverse", lat="0", lng="0"),
        measure(running, {"origins": [SEA], "destinations": [SEA]}),
    ):
        assert error(answer, 503, "provider_quota_exceeded")["retryable"] is True
        assert answer.headers["Retry-After"] == "60"
    assert get(running, "/geocode", address=SE, country="BR", language="en").json()["cached"] is True, "costs no quota"


@pytest.mark.parametrize("kind", [FaultKind.HTML, FaultKind.CUT_BEFORE, FaultKind.CUT_AFTER])
def test_google_being_down_is_503_and_not_nothing_found(running: Application, kind: FaultKind) -> None:
    running.google.faults.add(Fault(kind, times=9))
    told = error(get(running, "/geocode", address="Helsinki", country="FI"), 503, "provider_unavailable")
    assert told["retryable"] is True
    assert "Helsinki" not in json.dumps(told)


@pytest.mark.invariant("AUT-04")
def test_a_refused_key_is_for_whoever_runs_the_store(running: Application, log: io.StringIO) -> None:
    body = {"status": "REQUEST_DENIED", "results": [], "error_message": "The provided API key AIzaSandbox is invalid."}
    running.google.faults.add(Fault(FaultKind.STATUS, status=200, body=body))
    told = error(get(running, "/geocode", address="Helsinki", country="FI"), 500, "provider_credentials")
    assert "function's log" in told["message"]
    assert "google" not in json.dumps(told).lower()
    assert "console.cloud.google.com" in log.getvalue()
    assert "AIza" not in log.getvalue()
