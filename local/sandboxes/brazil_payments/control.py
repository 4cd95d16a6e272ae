"""Control routes of the generic gateway: `World` over HTTP. Bodies are JSON objects, told by each docstring."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request

from local.sandboxes.brazil_payments.world import Seen
from local.sandboxes.kernel.answer import Answer, Refusal, json_answer, problem
from local.sandboxes.kernel.control import body_of
from local.sandboxes.kernel.routes import Routes

if TYPE_CHECKING:
    from local.sandboxes.brazil_payments.app import BrazilPaymentsSandbox

type Body = dict[str, Any]
type Run = Callable[..., Seen | None]

controls = Routes()


def _control(path: str) -> Callable[[Run], Run]:
    """POST `path` -> run(sandbox, body, *ids) -> what it returned as JSON; 404 unknown, 409 not in this state."""

    def register(run: Run) -> Run:
        @controls.post(f"/_sandbox{path}")
        def handle(sandbox: BrazilPaymentsSandbox, request: Request, **ids: str) -> Answer:
            try:
                return json_answer(run(sandbox, body_of(request), **ids) or {})
            except (ValueError, TypeError) as error:
                raise Refusal(problem(409, "impossible", str(error))) from None

        return run

    return register


@_control("/transactions/<transaction>/pay")
def pay(sandbox: BrazilPaymentsSandbox, body: Body, transaction: str) -> Seen:
    """{"amount": cents, "late": false, "again": false}, all optional"""
    return sandbox.world.pay(transaction, **body)


@_control("/transactions/<transaction>/fail")
def fail(sandbox: BrazilPaymentsSandbox, body: Body, transaction: str) -> Seen:  # noqa: ARG001
    return sandbox.world.fail(transaction)


@_control("/transactions/<transaction>/cancel")
def cancel(sandbox: BrazilPaymentsSandbox, body: Body, transaction: str) -> Seen:  # noqa: ARG001
    return sandbox.world.cancel(transaction)


@_control("/transactions/<transaction>/expire")
def expire(sandbox: BrazilPaymentsSandbox, body: Body, transaction: str) -> Seen:  # noqa: ARG001
    return sandbox.world.expire(transaction)


@_control("/transactions/<transaction>/refund")
def refund(sandbox: BrazilPaymentsSandbox, body: Body, transaction: str) -> Seen:  # noqa: ARG001
    return sandbox.world.refund(transaction)


@_control("/transactions/<transaction>/pretend")
def pretend(sandbox: BrazilPaymentsSandbox, body: Body, transaction: str) -> Seen:
    """{"status"}"""
    return sandbox.world.pretend(transaction, **body)


@_control("/behaviour")
def behave(sandbox: BrazilPaymentsSandbox, body: Body) -> None:
    """{"paid_details": true, "idempotency": true}, both optional"""
    sandbox.world.behave(**body)
