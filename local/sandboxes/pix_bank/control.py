"""Control routes of the bank: `World` over HTTP. Bodies are JSON objects, described in each docstring."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request

from local.sandboxes.kernel.answer import Answer, Refusal, json_answer, problem
from local.sandboxes.kernel.control import body_of
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.pix_bank.bank import Json

if TYPE_CHECKING:
    from local.sandboxes.pix_bank.app import PixBankSandbox

controls = Routes()


def _control(path: str) -> Callable[[Callable[..., Json]], Callable[..., Json]]:
    """POST `path` -> run(sandbox, body, *ids) -> the object as JSON; 404 unknown, 409 not in this state."""

    def register(run: Callable[..., Json]) -> Callable[..., Json]:
        @controls.post(f"/_sandbox{path}")
        def handle(sandbox: PixBankSandbox, request: Request, **ids: str) -> Answer:
            try:
                return json_answer(run(sandbox, body_of(request), **ids))
            except LookupError as error:
                raise Refusal(problem(404, "no_such_object", str(error))) from None
            except (ValueError, TypeError) as error:
                raise Refusal(problem(409, "impossible", str(error))) from None

        return run

    return register


@_control("/charges/<txid>/pay")
def pay(sandbox: PixBankSandbox, body: Json, txid: str) -> Json:
    """{"amount": centavos, "late", "again", "withhold", "announce", "payer": {"cpf", "nome"}, "info"}: optional"""
    return sandbox.world.pay(txid, **body)


@_control("/charges/<txid>/release")
def release(sandbox: PixBankSandbox, body: Json, txid: str) -> Json:  # noqa: ARG001
    return sandbox.world.release(txid)


@_control("/charges/<txid>/remove")
def remove(sandbox: PixBankSandbox, body: Json, txid: str) -> Json:  # noqa: ARG001
    return sandbox.world.remove(txid)


@_control("/pix")
def pay_key(sandbox: PixBankSandbox, body: Json) -> Json:
    """{"amount": centavos, "txid", "info"}; txid and info are optional"""
    return sandbox.world.pay_key(**body)


@_control("/pix/<e2eid>/take_back")
def take_back(sandbox: PixBankSandbox, body: Json, e2eid: str) -> Json:
    """{"amount": centavos, "natureza": "MED_FRAUDE" | "MED_OPERACIONAL"}, both optional"""
    return sandbox.world.take_back(e2eid, **body)


@_control("/pix/<e2eid>/resend")
def resend(sandbox: PixBankSandbox, body: Json, e2eid: str) -> Json:  # noqa: ARG001
    return sandbox.world.resend(e2eid)


@_control("/pix/<e2eid>/devolucoes/<identity>/settle")
def settle(sandbox: PixBankSandbox, body: Json, e2eid: str, identity: str) -> Json:
    """{"outcome": "returned" | "failed"}"""
    return sandbox.world.settle(e2eid, identity, **body)


@_control("/devolucoes")
def set_devolucoes(sandbox: PixBankSandbox, body: Json) -> Json:
    """{"mode": "immediate" | "pending" | "fail"}"""
    return sandbox.world.set_devolucoes(**body)


@_control("/foreign")
def foreign(sandbox: PixBankSandbox, body: Json) -> Json:
    """{"amount": centavos, "txid", "e2eid"}, all optional: a webhook for another receiver's key"""
    return sandbox.world.foreign(**body)


@_control("/batch")
def batch(sandbox: PixBankSandbox, body: Json) -> Json:
    """{"size": 1}"""
    return sandbox.world.batch(**body)


@_control("/tokens/revoke")
def revoke_tokens(sandbox: PixBankSandbox, body: Json) -> Json:  # noqa: ARG001
    return sandbox.world.revoke_tokens()


@_control("/endpoint")
def set_endpoint(sandbox: PixBankSandbox, body: Json) -> Json:
    """{"url"}: the webhookUrl, to which the bank adds /pix"""
    sandbox.set_endpoint(**body)
    return dict(body)


@controls.get("/_sandbox/tokens")
def show_tokens(sandbox: PixBankSandbox, request: Request) -> Answer:  # noqa: ARG001
    return json_answer({"calls": sandbox.state.tokens.calls, "live": sandbox.state.tokens.live})
