"""/v1/payments/{id}/refunds. The amount may be left out: then everything that is left goes back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from local.sandboxes.kernel.answer import Answer, json_answer
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.mercado_pago.amounts import cents_of, is_number
from local.sandboxes.mercado_pago.call import Call
from local.sandboxes.mercado_pago.errors import (
    NO_REFUND,
    NOT_NOW,
    NOT_REFUNDABLE,
    OVER_BALANCE,
    TOO_OLD,
    Cause,
    not_found,
    refused,
)
from local.sandboxes.mercado_pago.payment import Payment
from local.sandboxes.mercado_pago.reading import Findings, json_object
from local.sandboxes.mercado_pago.render import refund_json, shown_refunds

if TYPE_CHECKING:
    from local.sandboxes.mercado_pago.app import MercadoPagoSandbox

REFUNDABLE_FOR = timedelta(days=180)

routes = Routes()


@routes.post("/v1/payments/<payment>/refunds")
def create(sandbox: MercadoPagoSandbox, call: Call, payment: str) -> Answer:
    """A refund that is not done at once is answered with 400, although it goes on, unless the caller asks to see it."""
    found = sandbox.state.find(payment)
    body = json_object(call.request, may_be_empty=True)
    findings = Findings()
    findings.known(body, frozenset({"amount"}))
    findings.close()
    cents = _amount(body, found)
    if found.approved is not None and sandbox.state.now - found.approved > REFUNDABLE_FOR:
        raise refused(TOO_OLD)
    refund = sandbox.state.give_back(found, cents)
    call.acted = True
    if refund.status == "in_process" and not call.wants_in_process:
        raise refused(NOT_NOW)
    return json_answer(refund_json(refund), 201)


def _amount(body: dict[str, Any], payment: Payment) -> int:
    if payment.status != "approved" or payment.balance == 0:
        raise refused(NOT_REFUNDABLE)
    value = body.get("amount")
    if value is None:
        return payment.balance
    if not is_number(value):
        raise refused(Cause(4041, "Amount attribute must be numeric"))
    if value <= 0:
        raise refused(Cause(4040, "Amount attribute must be positive"))
    cents = cents_of(value)
    if cents is None or cents > payment.balance:
        raise refused(OVER_BALANCE)
    return cents


@routes.get("/v1/payments/<payment>/refunds")
def list_all(sandbox: MercadoPagoSandbox, call: Call, payment: str) -> Answer:
    found = shown_refunds(sandbox.state.find(payment), in_process=call.wants_in_process)
    return json_answer([refund_json(refund) for refund in found])


@routes.get("/v1/payments/<payment>/refunds/<refund>")
def read(sandbox: MercadoPagoSandbox, call: Call, payment: str, refund: str) -> Answer:
    for candidate in shown_refunds(sandbox.state.find(payment), in_process=call.wants_in_process):
        if str(candidate.id) == refund:
            return json_answer(refund_json(candidate))
    raise not_found(NO_REFUND)
