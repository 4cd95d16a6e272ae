"""OpenCEP: one file for each CEP, with and without `.json` (github.com/SeuAliado/OpenCEP, README)."""

from __future__ import annotations

from typing import ClassVar

from local.sandboxes.ceps import STATES, known_to
from local.sandboxes.counted import CountingSandbox
from local.sandboxes.kernel.answer import Answer, json_answer
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.kernel.sandbox import Exchange

routes = Routes()


class OpenCepSandbox(CountingSandbox):
    name: ClassVar[str] = "opencep"
    routes: ClassVar[Routes] = routes


@routes.get("/v1/<file>")
def look_up(sandbox: OpenCepSandbox, exchange: Exchange, file: str) -> Answer:  # noqa: ARG001
    cep = file.removesuffix(".json")
    sandbox.asked[cep] += 1
    found = known_to("opencep", cep)
    if found is None:
        return json_answer({"error": True}, 404)
    return json_answer(
        {
            "cep": found.written,
            "logradouro": found.logradouro,
            "complemento": found.complemento,
            "unidade": "",
            "bairro": found.bairro,
            "localidade": found.localidade,
            "uf": found.uf,
            "estado": STATES[found.uf],
            "ibge": found.ibge,
        }
    )
