"""The stand-ins for ViaCEP, OpenCEP and BrasilAPI answer as their pages and users say."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from local.sandboxes.brasilapi.sandbox import BrasilApiSandbox
from local.sandboxes.counted import CountingSandbox
from local.sandboxes.kernel.adapter import WsgiAdapter
from local.sandboxes.opencep.sandbox import OpenCepSandbox
from local.sandboxes.viacep.sandbox import ViaCepSandbox

BASE = "https://source.example"


def ask(sandbox: CountingSandbox, path: str, method: str = "GET", **how: Any) -> requests.Response:
    with requests.Session() as session:
        session.mount(BASE, WsgiAdapter(sandbox))
        return session.request(method, BASE + path, timeout=5, **how)


def test_viacep_knows_a_street_by_all_its_fields() -> None:
    answer = ask(ViaCepSandbox(), "/ws/01001000/json/")
    assert list(answer.json()) == [
        "cep",
        "logradouro",
        "complemento",
        "unidade",
        "bairro",
        "localidade",
        "uf",
        "estado",
        "regiao",
        "ibge",
        "gia",
        "ddd",
        "siafi",
    ]
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize("cep", ["0100100", "010010000", "01001-000", "abcdefgh"])
def test_viacep_answers_a_page_to_what_is_no_cep(cep: str) -> None:
    answer = ask(ViaCepSandbox(), f"/ws/{cep}/json/")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("text/html")


def test_viacep_says_missing_as_it_is_told() -> None:
    sandbox = ViaCepSandbox()
    assert ask(sandbox, "/ws/99999999/json/").json() == {"erro": "true"}
    ask(sandbox, "/_sandbox/erro", "POST", json={"value": True})
    answer = ask(sandbox, "/ws/99999999/json/")
    assert (answer.status_code, answer.json()) == (200, {"erro": True})
    assert ask(sandbox, "/_sandbox/erro", "POST", json={"value": 1.5}).status_code == 400


@pytest.mark.parametrize("path", ["/ws/SP/Sa/Augusta/json/", "/ws/SP/Santos/ab/json/", "/ws/SPX/Santos/Augusta/json/"])
def test_viacep_answers_a_page_to_a_search_that_is_too_short(path: str) -> None:
    assert ask(ViaCepSandbox(), path).status_code == 400


def test_viacep_searches_with_and_without_accents_and_gives_fifty() -> None:
    sandbox = ViaCepSandbox()
    assert [found["cep"] for found in ask(sandbox, "/ws/SP/sao paulo/praca da se/json/").json()] == [
        "01001-000",
        "01001-001",
    ]
    assert len(ask(sandbox, "/ws/BA/Salvador/Avenida Longa/json/").json()) == 50
    assert ask(sandbox, "/ws/BA/Salvador/Nowhere/json/").json() == []


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_opencep_has_a_file_for_each(suffix: str) -> None:
    sandbox = OpenCepSandbox()
    found = ask(sandbox, f"/v1/01001000{suffix}").json()
    assert found["ibge"] == "3550308"
    assert not {"ddd", "gia", "siafi"} & set(found)
    missing = ask(sandbox, f"/v1/99999999{suffix}")
    assert (missing.status_code, missing.json()) == (404, {"error": True})


def test_brasilapi_says_of_each_of_its_sources_why() -> None:
    sandbox = BrasilApiSandbox()
    assert set(ask(sandbox, "/api/cep/v1/05010000").json()) == {
        "cep",
        "state",
        "city",
        "neighborhood",
        "street",
        "service",
    }
    missing = ask(sandbox, "/api/cep/v1/99999999")
    assert (missing.status_code, missing.json()["type"]) == (404, "service_error")
    assert all("não encontrado" in error["message"] for error in missing.json()["errors"])
    ask(sandbox, "/_sandbox/sources", "POST", json={"cut_off": True})
    down = ask(sandbox, "/api/cep/v1/05010000")
    assert (down.status_code, down.json()["type"]) == (404, "service_error")
    assert all("Erro ao se conectar" in error["message"] for error in down.json()["errors"])
    assert ask(sandbox, "/api/cep/v1/1").json()["type"] == "validation_error"


def test_who_asked_for_what_is_in_the_books_until_a_reset() -> None:
    sandbox = ViaCepSandbox()
    ask(sandbox, "/ws/01001000/json/")
    ask(sandbox, "/ws/SP/Santos/Augusta/json/")
    assert ask(sandbox, "/_sandbox/books").json() == {"asked": {"01001000": 1, "searches": 1}, "total": 2}
    ask(sandbox, "/_sandbox/reset", "POST")
    assert ask(sandbox, "/_sandbox/books").json()["total"] == 0
