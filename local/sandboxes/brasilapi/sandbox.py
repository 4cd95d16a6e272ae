"""BrasilAPI's CEP version 1 (brasilapi.com.br/docs, "CEP"): it asks others, and says of each why it has no answer."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from werkzeug.wrappers import Request

from local.sandboxes.ceps import known_to
from local.sandboxes.counted import CountingSandbox
from local.sandboxes.kernel.answer import Answer, json_answer
from local.sandboxes.kernel.clock import MovableClock
from local.sandboxes.kernel.control import body_of
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.kernel.sandbox import Exchange

_SERVICES = ("correios", "viacep", "widenet", "open-cep")

routes = Routes()
controls = Routes()


class BrasilApiSandbox(CountingSandbox):
    """Args:
    cut_off: its own sources are down, so that it knows nothing, and answers as if there were no CEP.
    reaching: those of its sources that answer all the same, and know of no CEP.
    """

    name: ClassVar[str] = "brasilapi"
    routes: ClassVar[Routes] = routes
    controls: ClassVar[Routes | None] = controls

    def __init__(
        self, *, cut_off: bool = False, reaching: Collection[str] = (), clock: MovableClock | None = None
    ) -> None:
        super().__init__(clock=clock)
        self.cut_off = cut_off
        self.reaching = frozenset(reaching)

    def why(self, service: str) -> str:
        """What one of its sources says when none has an address."""
        if self.cut_off and service not in self.reaching:
            return f"Erro ao se conectar com o serviço {service}."
        return f"CEP não encontrado na base do {service}."


@routes.get("/api/cep/v1/<cep>")
def look_up(sandbox: BrasilApiSandbox, exchange: Exchange, cep: str) -> Answer:  # noqa: ARG001
    if len(cep) != 8 or not cep.isdigit():
        reason = {"message": "CEP informado possui mais do que 8 caracteres.", "service": "cep_validation"}
        return _error(400, "CEP deve conter exatamente 8 caracteres.", "validation_error", [reason])
    sandbox.asked[cep] += 1
    found = known_to("brasilapi", cep)
    if found is not None and not sandbox.cut_off:
        return json_answer(
            {
                "cep": cep,
                "state": found.uf,
                "city": found.localidade,
                "neighborhood": found.bairro,
                "street": found.logradouro,
                "service": "open-cep",
            }
        )
    reasons = [{"name": "ServiceError", "message": sandbox.why(name), "service": name} for name in _SERVICES]
    return _error(404, "Todos os serviços de CEP retornaram erro.", "service_error", reasons)


@controls.post("/_sandbox/sources")
def set_sources(sandbox: BrasilApiSandbox, request: Request) -> Answer:
    """Body: {"cut_off": true} or {"cut_off": false}; {"cut_off": true, "reaching": ["viacep"]} for one that is left."""
    body = body_of(request)
    sandbox.cut_off = bool(body.get("cut_off"))
    sandbox.reaching = frozenset(body.get("reaching", ()))
    return json_answer({"cut_off": sandbox.cut_off, "reaching": sorted(sandbox.reaching)})


def _error(status: int, message: str, kind: str, reasons: list[dict[str, str]]) -> Answer:
    return json_answer({"message": message, "type": kind, "name": "CepPromiseError", "errors": reasons}, status)
