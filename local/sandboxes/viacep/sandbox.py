"""ViaCEP: look-up and search (viacep.com.br, "Acessando o webservice de CEP", "Pesquisa de CEP")."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import ClassVar, Literal

from werkzeug.wrappers import Request

from local.sandboxes.ceps import CEPS, STATES, Known, known_to, long_street, plain
from local.sandboxes.counted import CountingSandbox, page
from local.sandboxes.kernel.answer import Answer, Refusal, json_answer, problem
from local.sandboxes.kernel.clock import MovableClock
from local.sandboxes.kernel.control import body_of
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.kernel.sandbox import Exchange

MOST_MATCHES = 50
LEAST_LETTERS = 3
SEARCHES = "searches"

routes = Routes()
controls = Routes()


class ViaCepSandbox(CountingSandbox):
    """Args:
    erro: how a missing CEP is said: "true", as today, or true, as it was for years.
    """

    name: ClassVar[str] = "viacep"
    routes: ClassVar[Routes] = routes
    controls: ClassVar[Routes | None] = controls

    def __init__(self, *, erro: Literal["true"] | bool = "true", clock: MovableClock | None = None) -> None:
        super().__init__(clock=clock)
        self.erro = erro
        self.streets: Sequence[Known] = [*CEPS.values(), *long_street()]


@routes.get("/ws/<cep>/json")
def look_up(sandbox: ViaCepSandbox, exchange: Exchange, cep: str) -> Answer:  # noqa: ARG001
    if len(cep) != 8 or not cep.isdigit():
        return page(400, "ViaCEP 400")
    sandbox.asked[cep] += 1
    found = known_to("viacep", cep)
    return _pretty({"erro": sandbox.erro}) if found is None else _pretty(_fields(found))


@routes.get("/ws/<state>/<city>/<street>/json")
def search(sandbox: ViaCepSandbox, exchange: Exchange, state: str, city: str, street: str) -> Answer:  # noqa: ARG001
    if len(state) != 2 or len(city) < LEAST_LETTERS or len(street) < LEAST_LETTERS:
        return page(400, "ViaCEP 400")
    sandbox.asked[SEARCHES] += 1
    matches = [
        known
        for known in sandbox.streets
        if known.uf == state.upper()
        and plain(known.localidade) == plain(city)
        and plain(street) in plain(known.logradouro)
    ]
    return _pretty([_fields(known) for known in matches[:MOST_MATCHES]])


@controls.post("/_sandbox/erro")
def say_missing(sandbox: ViaCepSandbox, request: Request) -> Answer:
    """Body: {"value": "true"} or {"value": true}."""
    value = body_of(request).get("value")
    if value not in (True, "true"):
        raise Refusal(problem(400, "bad_value", 'value is true or "true".'))
    sandbox.erro = value
    return json_answer({"value": value})


def _fields(known: Known) -> dict[str, str]:
    return {
        "cep": known.written,
        "logradouro": known.logradouro,
        "complemento": known.complemento,
        "unidade": "",
        "bairro": known.bairro,
        "localidade": known.localidade,
        "uf": known.uf,
        "estado": STATES[known.uf],
        "regiao": "",
        "ibge": known.ibge,
        "gia": known.gia,
        "ddd": known.ddd,
        "siafi": known.siafi,
    }


def _pretty(value: object) -> Answer:
    body = json.dumps(value, ensure_ascii=False, indent=2).encode()
    return Answer(200, body, {"Content-Type": "application/json; charset=utf-8"})
