"""CEPs and the address book through the API, with the sources as sandboxes beside it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import pytest

from local.sandboxes.kernel.faults import Fault, FaultKind
from tests.integration.refusals import nothing_happens, refused
from tests.shop import BUYER, Shop

ADDRESSES = f"/users/{BUYER}/addresses"
HOME = {"country": "BR", "postal_code": "05010-000", "number": "10"}


@pytest.fixture(scope="module")
def shop(common_shop: Shop) -> Shop:
    return common_shop


def cep(shop: Shop, text: str, *, expect: int = 200) -> Any:
    return shop.ask("buyer", "GET", f"/addresses/cep/{quote(text)}", expect=expect)


def save(shop: Shop, key: str, body: object, *, expect: int = 201) -> Any:
    return shop.ask("buyer", "POST", ADDRESSES, body, expect=expect, key=key)


def asked(shop: Shop, source: str) -> int:
    return len(shop.stack.sandbox(source).journal.entries())


def test_a_street(shop: Shop) -> None:
    found = cep(shop, "01310-100")
    assert found == {
        "cep": "01310-100",
        "logradouro": "Avenida Paulista",
        "complemento": "de 612 a 1510 - lado par",
        "bairro": "Bela Vista",
        "localidade": "São Paulo",
        "uf": "SP",
        "ibge": "3550308",
        "gia": "1004",
        "ddd": "11",
        "siafi": "7107",
        "precision": "street",
        "source": "viacep",
        "cached": False,
    }
    assert cep(shop, " 01.310 100 ") == {**found, "cached": True}
    assert cep(shop, "01310\u00a0100") == {**found, "cached": True}, "as it is pasted from a page"


@pytest.mark.invariant("ADR-03")
def test_a_town(shop: Shop) -> None:
    found = cep(shop, "87360000")
    assert (found["localidade"], found["precision"], found["logradouro"]) == ("Goioerê", "city", "")


@pytest.mark.invariant("ADR-05")
@pytest.mark.parametrize(
    "text",
    [
        "1001000",
        "010010000",
        "abcdefgh",
        "01001-00a",
        "%2e%2e",
        "01001\u2013000",
        '"01001000"',
        "01001\x00000",
        "\u0660\u0661\u0660\u0660\u0661\u0660\u0660\u0660",
    ],
)
def test_a_malformed_cep_is_400_without_any_call(shop: Shop, text: str) -> None:
    with nothing_happens(shop):
        refused(shop.request("buyer", BUYER, "GET", f"/addresses/cep/{quote(text)}"), 400, "malformed_cep")


def test_a_cep_nobody_knows_tells_the_buyer_to_type(shop: Shop) -> None:
    for cached in (False, True):
        answer = shop.request("buyer", BUYER, "GET", "/addresses/cep/99999999")
        error = refused(answer, 404, "cep_not_found")
        assert "type the address" in error["message"]
        assert (error["details"], error["retryable"]) == ({"cached": cached}, False)


@pytest.mark.invariant("ADR-01")
def test_all_sources_down_is_503_and_not_404(shop: Shop) -> None:
    for name in ("viacep", "opencep", "brasilapi"):
        shop.stack.sandbox(name).faults.add(Fault(FaultKind.CUT_BEFORE))
    answer = shop.request("buyer", BUYER, "GET", "/addresses/cep/20751120")
    error = refused(answer, 503, "cep_sources_unavailable")
    assert (error["retryable"], answer.headers["Retry-After"]) == (True, "30")
    assert cep(shop, "20751120")["logradouro"] == "Rua Marcolino"


def test_a_search(shop: Shop) -> None:
    path = f"/addresses/search?state=SP&city={quote('São Paulo')}&street={quote('praça da sé')}"
    found = shop.ask("buyer", "GET", path, expect=200)
    assert [address["cep"] for address in found["addresses"]] == ["01001-000", "01001-001"]
    assert (found["truncated"], found["cached"]) == (False, False)
    assert shop.ask("buyer", "GET", path, expect=200) == {**found, "cached": True}


@pytest.mark.invariant("ADR-08")
@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("state=SP&city=Sa&street=Augusta", 400, "search_too_short"),
        ("state=SP&city=Santos&street=ab", 400, "search_too_short"),
        ("state=SP&city=Santos&street=", 400, "search_too_short"),
        ("state=XX&city=Santos&street=Augusta", 422, "unknown_state"),
        ("city=Santos&street=Augusta", 422, "invalid_request"),
        ("state=SP&city=Santos&street=Augusta&page=2", 422, "invalid_request"),
        (f"state=SP&city=Santos&street={'a' * 101}", 422, "invalid_request"),
    ],
)
def test_a_search_that_cannot_be_is_refused_here(shop: Shop, query: str, status: int, code: str) -> None:
    with nothing_happens(shop):
        refused(shop.request("buyer", BUYER, "GET", f"/addresses/search?{query}"), status, code)


@pytest.mark.invariant("ADR-08")
def test_fifty_of_a_long_street(shop: Shop) -> None:
    found = shop.ask("store", "GET", "/addresses/search?state=BA&city=Salvador&street=Avenida+Longa", expect=200)
    assert (len(found["addresses"]), found["truncated"]) == (50, True)


def test_an_address_from_first_to_last(shop: Shop) -> None:
    saved = save(shop, "home", HOME)["address"]
    assert (saved["line1"], saved["district"], saved["city"], saved["state"]) == (
        "Rua Caiubi",
        "Perdizes",
        "São Paulo",
        "SP",
    )
    assert saved["cep"]["filled"] == ["state", "city", "district", "line1"]
    assert save(shop, "home", HOME)["address"]["address_id"] == saved["address_id"]
    path = f"{ADDRESSES}/{saved['address_id']}"
    changed = shop.ask("buyer", "PUT", path, {**HOME, "line1": "Rua Cayowaá"}, expect=200)["address"]
    assert changed["cep"]["conflicts"] == [{"field": "line1", "typed": "Rua Cayowaá", "found": "Rua Caiubi"}]
    assert (changed["line1"], changed["version"]) == ("Rua Cayowaá", 2)
    assert shop.ask("store", "GET", path, expect=200)["address"]["version"] == 2
    other = save(shop, "abroad", _abroad())["address"]
    assert (other["cep"]["status"], other["is_default"]) == ("not_checked", False)
    assert shop.ask("buyer", "PUT", f"{ADDRESSES}/{other['address_id']}/default", expect=200)["address"]["is_default"]
    shop.ask("buyer", "DELETE", path, expect=204)
    listed = shop.ask("buyer", "GET", ADDRESSES, expect=200)["addresses"]
    assert saved["address_id"] not in {address["address_id"] for address in listed}
    refused(shop.request("buyer", BUYER, "GET", path), 404, "address_not_found")


@pytest.mark.invariant("ADR-01")
def test_with_all_sources_down_an_address_that_is_whole_is_saved(shop: Shop) -> None:
    typed = {**HOME, "postal_code": "37503130", "line1": "Rua Nova", "city": "Itajubá", "state": "MG"}
    for name in ("viacep", "opencep", "brasilapi"):
        shop.stack.sandbox(name).faults.add(Fault(FaultKind.CUT_BEFORE, times=2))
    assert save(shop, "down-1", typed)["address"]["cep"]["status"] == "unavailable"
    answer = shop.request("buyer", BUYER, "POST", ADDRESSES, {**typed, "city": ""}, key="down-2")
    assert refused(answer, 503, "cep_sources_unavailable")["retryable"]
    assert answer.headers["Retry-After"] == "30"
    assert save(shop, "down-3", typed)["address"]["cep"]["status"] == "found"


@pytest.mark.invariant("PLT-01")
def test_what_is_saved_is_told_on_the_bus(shop: Shop) -> None:
    saved = save(shop, "told", HOME)["address"]
    shop.stack.drain()
    left = shop.stack.aws("dynamodb").scan(TableName=shop.stack.resource("CommerceTable"))["Items"]
    assert not [row for row in left if saved["address_id"] in row.get("payload", {}).get("S", "")]


def _abroad() -> dict[str, str]:
    return {"country": "US", "postal_code": "97201", "line1": "Main Street", "number": "7", "city": "Portland"}


@pytest.mark.invariant("PLT-04")
@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"postal_code": "0501"}, 400, "malformed_cep"),
        ({"postal_code": ""}, 400, "malformed_cep"),
        ({"state": "XX"}, 422, "unknown_state"),
        ({"country": "XX", "line1": "Street", "city": "Town"}, 422, "unknown_country"),
        ({"country": "br"}, 422, "invalid_request"),
        ({"country": None}, 422, "invalid_request"),
        ({"country": "US", "line1": "Street", "city": "Town"}, 422, "postal_code_invalid"),
        ({"country": "US", "postal_code": "97201"}, 422, "address_incomplete"),
        ({"line1": "a\nb"}, 422, "invalid_request"),
        ({"line1": "x" * 256}, 422, "invalid_request"),
        ({"number": 10}, 422, "invalid_request"),
        ({"is_admin": True}, 422, "invalid_request"),
    ],
    ids=str,
)
def test_an_address_that_cannot_be_is_refused(shop: Shop, changes: dict[str, Any], status: int, code: str) -> None:
    with nothing_happens(shop):
        answer = shop.request("buyer", BUYER, "POST", ADDRESSES, {**HOME, **changes})
        refused(answer, status, code)


@pytest.mark.invariant("AUT-07")
def test_somebody_elses_book_is_closed(shop: Shop) -> None:
    saved = save(shop, "mine", HOME)["address"]["address_id"]
    calls: list[tuple[str, str, object]] = [
        ("POST", ADDRESSES, HOME),
        ("GET", ADDRESSES, None),
        ("GET", f"{ADDRESSES}/{saved}", None),
        ("PUT", f"{ADDRESSES}/{saved}", HOME),
        ("PUT", f"{ADDRESSES}/{saved}/default", None),
        ("DELETE", f"{ADDRESSES}/{saved}", None),
    ]
    with nothing_happens(shop):
        for method, path, body in calls:
            refused(shop.request("buyer", "somebody-else", method, path, body), 403, "foreign_resource")


@pytest.mark.invariant("PAY-03")
def test_saving_without_a_key_is_400(shop: Shop) -> None:
    with nothing_happens(shop):
        token = shop.stack.token(sub=BUYER, scopes=["buyer"])
        answer = shop.http.post(
            shop.stack.api_url + ADDRESSES, json=HOME, headers={"Authorization": f"Bearer {token}"}, timeout=30
        )
        refused(answer, 400, "idempotency_key_required")


@pytest.mark.invariant("ADR-06")
def test_a_hundred_at_once_ask_at_most_once_for_each_container(shop: Shop) -> None:
    before = asked(shop, "viacep")
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda _: cep(shop, "15090260"), range(100)))
    assert {address["logradouro"] for address in found} == {"Rua Ipiranga"}
    assert asked(shop, "viacep") - before <= shop.stack.options.concurrency
