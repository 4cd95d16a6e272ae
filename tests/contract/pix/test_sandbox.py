"""The bank's sandbox against the central bank's description of the Pix API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from local.sandboxes.pix_bank.app import PIX_KEY
from local.sandboxes.pix_bank.settings import SCOPES
from tests.contract.pix.description import (
    ADDITIONS,
    OAUTH_STATUSES,
    REPAIRS,
    UNNAMED_TYPES,
    PixDescription,
    Repair,
    pix_description,
)
from tests.contract.pix.tour import FULL_COB, FULL_COBV, REMOVAL, WINDOW, Exchanged, Tour, operations, take
from tests.unit.sandboxes.pix_bank.support import HOOK, TXID, Desk, open_desk


@pytest.fixture(scope="module")
def api() -> PixDescription:
    return pix_description()


@pytest.fixture(scope="module")
def tour(api: PixDescription) -> Tour:
    return take()


@pytest.fixture
def desk() -> Iterator[Desk]:
    opened = open_desk()
    opened.token()
    yield opened
    opened.session.close()


def test_the_tour_visits_every_operation_in_fair_and_foul_weather(tour: Tour) -> None:
    for key in operations():
        seen = {each.status for each in tour.exchanges if (each.method, each.path) == key}
        assert seen & {200, 201, 204}, key
        assert seen >= {401, 403, 429, 500, 503}, key


def test_every_request_that_was_taken_and_every_answer_fits(api: PixDescription, tour: Tour) -> None:
    assert misfits(api, tour) == []


def misfits(api: PixDescription, tour: Tour) -> list[str]:
    found = []
    for each in tour.exchanges:
        at = f"{each.method} {each.path} {each.status}"
        if each.sent is not None and each.status < 400:
            found += [f"{at}, asked: {wrong}" for wrong in api.problems(api.request(each.path, each.method), each.sent)]
        if each.status not in OAUTH_STATUSES:
            found += [f"{at}, answered: {wrong}" for wrong in wrong_answer(api, each)]
    return found


def wrong_answer(api: PixDescription, each: Exchanged) -> list[str]:
    described = api.answer(each.path, each.method, each.status)
    media_type, schema = described or (None, {})
    if each.media_type != media_type:
        return [f"{each.media_type} and not {media_type}"]
    return api.problems(schema, each.body) if described else []


def test_every_webhook_fits_its_description(api: PixDescription, tour: Tour) -> None:
    shown = [pix for webhook in tour.webhooks for pix in webhook["pix"]]
    statuses = {one["status"] for pix in shown for one in pix.get("devolucoes", ())}
    assert statuses == {"EM_PROCESSAMENTO", "DEVOLVIDO", "NAO_REALIZADO"}
    assert [found for webhook in tour.webhooks for found in api.problems(api.webhook(), webhook)] == []


def test_every_kind_of_problem_is_named_in_the_description(api: PixDescription, tour: Tour) -> None:
    named = set(re.findall(r"### `(\w+)`", api.document["info"]["description"]))
    kinds = {each.body["type"] for each in tour.exchanges if each.status >= 400 and each.status not in OAUTH_STATUSES}
    assert {kind.rpartition("/")[2] for kind in kinds - UNNAMED_TYPES} <= named
    assert len(kinds) > 12


def test_every_route_asks_for_the_scope_of_the_description(api: PixDescription) -> None:
    assert {key: operation.scope for key, operation in operations().items()} == {
        (method, path): api.scope(path, method) for method, path in operations()
    }
    flow = api.document["components"]["securitySchemes"]["OAuth2"]["flows"]["clientCredentials"]
    assert set(SCOPES) <= set(flow["scopes"])
    assert {operation.scope for operation in operations().values()} == set(SCOPES)


VALUES = WINDOW | {
    "cpf": "12345678909",
    "cnpj": "12345678000195",
    "status": "ATIVA",
    "txid": TXID,
    "locationPresente": "true",
    "txIdPresente": "true",
    "devolucaoPresente": "false",
    "paginacao.paginaAtual": "0",
    "paginacao.itensPorPagina": "10",
}
OMITTED = {"loteCobVId"}
"""Charges in lots are not in this sandbox."""


@pytest.mark.parametrize("path", ["/cob", "/cobv", "/pix"])
def test_every_described_parameter_of_a_list_is_taken(api: PixDescription, desk: Desk, path: str) -> None:
    described = api.parameters(path, "GET") - OMITTED
    for name in described:
        assert desk.call("GET", path, **(WINDOW | {name: VALUES[name]})).status_code == 200, name
    for name in set(VALUES) - described:
        assert desk.call("GET", path, **(WINDOW | {name: VALUES[name]})).status_code == 400, name


REQUESTS: dict[str, tuple[str, str, Any]] = {
    "cob": ("PUT", "/cob/{txid}", FULL_COB),
    "cob posted": ("POST", "/cob", FULL_COB),
    "cob revised": ("PATCH", "/cob/{txid}", FULL_COB),
    "cob removed": ("PATCH", "/cob/{txid}", REMOVAL),
    "cobv": ("PUT", "/cobv/{txid}", FULL_COBV),
    "cobv revised": ("PATCH", "/cobv/{txid}", FULL_COBV),
    "devolucao": ("PUT", "/pix/{e2eid}/devolucao/{id}", {"valor": "1.00", "natureza": "ORIGINAL", "descricao": "Oi"}),
    "webhook": ("PUT", "/webhook/{chave}", {"webhookUrl": HOOK}),
}
ODD: tuple[Any, ...] = (None, True, 0, -1, 1.5, "", "x" * 300, "0.001", "2027-02-30", [], {}, [{}], {"nome": 1})


def mutants(body: Any) -> Iterator[Any]:
    """The body with each place in turn left out, filled with something odd, or given an unknown field."""
    for place in list(places(body)):
        *parents, last = place
        for odd in (..., *ODD):
            mutant = deepcopy(body)
            holder = mutant
            for step in parents:
                holder = holder[step]
            if odd is ...:
                del holder[last]
            else:
                holder[last] = odd
            yield mutant
    for place in [(), *places(body)]:
        mutant = deepcopy(body)
        holder = mutant
        for step in place:
            holder = holder[step]
        if isinstance(holder, dict):
            holder["stranger"] = 1
            yield mutant


def places(value: Any) -> Iterator[tuple[Any, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (step,)
        yield from ((step, *deeper) for deeper in places(inner))


@pytest.mark.parametrize("name", REQUESTS)
def test_whatever_the_description_refuses_the_sandbox_refuses(api: PixDescription, desk: Desk, name: str) -> None:
    method, path, body = REQUESTS[name]
    place = prepared(desk, method, path)
    refused = 0
    for mutant in mutants(body):
        wrong = api.problems(api.request(path, method), mutant)
        if wrong:
            refused += 1
            answer = desk.call(method, place, mutant)
            assert answer.status_code == 400, f"{mutant} has {wrong} and was taken"
    assert refused > 10


@pytest.mark.parametrize("name", REQUESTS)
def test_the_whole_request_is_taken(api: PixDescription, desk: Desk, name: str) -> None:
    method, path, body = REQUESTS[name]
    assert api.problems(api.request(path, method), body) == []
    assert desk.call(method, prepared(desk, method, path), body).status_code in (200, 201)


def prepared(desk: Desk, method: str, path: str) -> str:
    """The path with names in it, of things that are there unless the request is to make them."""
    kind = path.split("/")[1]
    if method == "PATCH":
        assert desk.call("PUT", f"/{kind}/{TXID}", FULL_COB if kind == "cob" else FULL_COBV).status_code == 201
    e2eid = desk.world.pay_key(3790, "TABLE7")["endToEndId"] if kind == "pix" else ""
    for name, value in (("{txid}", TXID), ("{e2eid}", e2eid), ("{id}", "r1"), ("{chave}", PIX_KEY)):
        path = path.replace(name, value)
    return path


@pytest.mark.parametrize(
    "change",
    [repair for repair in (*REPAIRS, *ADDITIONS) if not repair.tightens],
    ids=lambda change: change.reason[:60],
)
def test_without_a_repair_what_is_right_does_not_fit(tour: Tour, change: Repair) -> None:
    assert misfits(pix_description(without=change), tour) != []
