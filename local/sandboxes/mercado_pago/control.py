"""Control routes of the Mercado Pago sandbox: `World` over HTTP. Bodies are JSON objects, told by each docstring."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request

from local.sandboxes.kernel.answer import Answer, Refusal, json_answer, problem
from local.sandboxes.kernel.control import body_of
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.mercado_pago.errors import Trouble
from local.sandboxes.mercado_pago.notices import Notice

if TYPE_CHECKING:
    from local.sandboxes.mercado_pago.app import MercadoPagoSandbox

type Body = dict[str, Any]
type Run = Callable[..., Body | None]

controls = Routes()


def _control(path: str) -> Callable[[Run], Run]:
    """POST `path` -> run(sandbox, body, *ids) -> what it returned as JSON; 404 unknown, 409 not in this state."""

    def register(run: Run) -> Run:
        @controls.post(f"/_sandbox{path}")
        def handle(sandbox: MercadoPagoSandbox, request: Request, **ids: str) -> Answer:
            try:
                return json_answer(run(sandbox, body_of(request), **ids) or {})
            except Trouble as error:
                raise Refusal(problem(404, "no_such_object", str(error))) from None
            except (ValueError, TypeError) as error:
                raise Refusal(problem(409, "impossible", str(error))) from None

        return run

    return register


@_control("/payments/<payment>/pay")
def pay(sandbox: MercadoPagoSandbox, body: Body, payment: str) -> Body:
    """{"amount": cents, "late": false, "again": false, "clears": false}, all optional"""
    return sandbox.world.pay(payment, **body)


@_control("/payments/<payment>/expire")
def expire(sandbox: MercadoPagoSandbox, body: Body, payment: str) -> Body:  # noqa: ARG001
    return sandbox.world.expire(payment)


@_control("/payments/<payment>/review")
def review(sandbox: MercadoPagoSandbox, body: Body, payment: str) -> Body:  # noqa: ARG001
    return sandbox.world.review(payment)


@_control("/payments/<payment>/reject")
def reject(sandbox: MercadoPagoSandbox, body: Body, payment: str) -> Body:
    """{"detail": status_detail}, optional"""
    return sandbox.world.reject(payment, **body)


@_control("/payments/<payment>/mediation")
def mediate(sandbox: MercadoPagoSandbox, body: Body, payment: str) -> Body:  # noqa: ARG001
    return sandbox.world.mediate(payment)


@_control("/payments/<payment>/mediation/end")
def end_mediation(sandbox: MercadoPagoSandbox, body: Body, payment: str) -> Body:
    """{"outcome": "approved" | "refunded"}"""
    return sandbox.world.end_mediation(payment, **body)


@_control("/payments/<payment>/chargeback")
def charge_back(sandbox: MercadoPagoSandbox, body: Body, payment: str) -> Body:  # noqa: ARG001
    return sandbox.world.charge_back(payment)


@_control("/payments/<payment>/chargeback/end")
def end_charge_back(sandbox: MercadoPagoSandbox, body: Body, payment: str) -> Body:
    """{"outcome": "settled" | "reimbursed"}"""
    return sandbox.world.end_charge_back(payment, **body)


@_control("/payments/<payment>/give_back")
def give_back(sandbox: MercadoPagoSandbox, body: Body, payment: str) -> Body:
    """{"amount": cents}, optional"""
    return sandbox.world.give_back(payment, **body)


@_control("/payments/<payment>/alter")
def alter(sandbox: MercadoPagoSandbox, body: Body, payment: str) -> Body:
    """The fields as they shall be shown."""
    return sandbox.world.alter(payment, body)


@_control("/payments/<payment>/resend")
def resend(sandbox: MercadoPagoSandbox, body: Body, payment: str) -> Body:  # noqa: ARG001
    return sandbox.world.resend(payment)


@_control("/refunds/hold")
def hold_refunds(sandbox: MercadoPagoSandbox, body: Body) -> None:
    """{"times": 1}, optional"""
    sandbox.world.hold_refunds(**body)


@_control("/refunds/<refund>/settle")
def settle_refund(sandbox: MercadoPagoSandbox, body: Body, refund: str) -> Body:  # noqa: ARG001
    return sandbox.world.settle_refund(refund)


@_control("/refunds/<refund>/fail")
def fail_refund(sandbox: MercadoPagoSandbox, body: Body, refund: str) -> Body:  # noqa: ARG001
    return sandbox.world.fail_refund(refund)


@_control("/notify")
def notify(sandbox: MercadoPagoSandbox, body: Body) -> None:
    """{"data_id", "action", "live_mode", "user_id", "kind"}, all but the first optional"""
    sandbox.world.notify(Notice(**body))


@_control("/signature")
def sign(sandbox: MercadoPagoSandbox, body: Body) -> None:
    """{"id_case": "lower" | "raw", "unit": "ms" | "s"}, both optional"""
    sandbox.world.sign(**body)


@_control("/behaviour")
def behave(sandbox: MercadoPagoSandbox, body: Body) -> None:
    """{"bare_refund_replay": false, "search_lag": seconds}, both optional"""
    sandbox.world.behave(**body)


@_control("/endpoint")
def set_endpoint(sandbox: MercadoPagoSandbox, body: Body) -> Body:
    """{"url", "secret"}, both optional"""
    sandbox.set_endpoint(**body)
    return {"url": sandbox.state.notices.url}
