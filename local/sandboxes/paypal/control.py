"""Control routes of the PayPal sandbox: `World` over HTTP. Bodies are JSON objects, described in each docstring."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request

from local.sandboxes.kernel.answer import Answer, Refusal, json_answer, problem
from local.sandboxes.kernel.control import body_of
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.paypal import scopes
from local.sandboxes.paypal.errors import PaypalProblem
from local.sandboxes.paypal.resource import Resource

if TYPE_CHECKING:
    from local.sandboxes.paypal.app import PaypalSandbox

controls = Routes()


def _control(path: str) -> Callable[[Callable[..., Resource]], Callable[..., Resource]]:
    """POST `path` -> run(sandbox, body, *ids) -> the object as JSON; 404 unknown, 409 not in this state."""

    def register(run: Callable[..., Resource]) -> Callable[..., Resource]:
        @controls.post(f"/_sandbox{path}")
        def handle(sandbox: PaypalSandbox, request: Request, **ids: str) -> Answer:
            try:
                return json_answer(run(sandbox, body_of(request), **ids))
            except PaypalProblem as error:
                raise Refusal(problem(404, "no_such_object", str(error))) from None
            except (ValueError, TypeError) as error:
                raise Refusal(problem(409, "impossible", str(error))) from None

        return run

    return register


@_control("/orders/<order>/approve")
def approve(sandbox: PaypalSandbox, body: Resource, order: str) -> Resource:
    """Body: {"funding": "paypal" | "credit" | "paylater" | "card", "outcome": "ok" | "declined" | "capture_declined" |
    a reason for PENDING}. Answers the order with `redirect`, where the browser would go."""
    return {**sandbox.world.approve(order, **body), "redirect": sandbox.world.way_back(order)}


@_control("/orders/<order>/cancel")
def cancel(sandbox: PaypalSandbox, body: Resource, order: str) -> Resource:  # noqa: ARG001
    """The payer leaves, or an approval is taken back."""
    return {**sandbox.world.cancel(order), "redirect": sandbox.world.way_back(order)}


@_control("/orders/<order>/forget")
def forget(sandbox: PaypalSandbox, body: Resource, order: str) -> Resource:  # noqa: ARG001
    """PayPal no longer knows the order."""
    sandbox.world.forget_order(order)
    return {"forgotten": order}


@_control("/captures/<capture>/complete")
def complete_capture(sandbox: PaypalSandbox, body: Resource, capture: str) -> Resource:  # noqa: ARG001
    return sandbox.world.complete_capture(capture)


@_control("/captures/<capture>/deny")
def deny_capture(sandbox: PaypalSandbox, body: Resource, capture: str) -> Resource:  # noqa: ARG001
    return sandbox.world.deny_capture(capture)


@_control("/captures/<capture>/reverse")
def reverse_capture(sandbox: PaypalSandbox, body: Resource, capture: str) -> Resource:
    """Body: {"reason": "CHARGEBACK" | "BUYER_COMPLAINT", "amount": minor units}."""
    return sandbox.world.reverse_capture(capture, **body)


@_control("/captures/<capture>/withdraw")
def withdraw_reversal(sandbox: PaypalSandbox, body: Resource, capture: str) -> Resource:  # noqa: ARG001
    """The store has won what was reversed."""
    return sandbox.world.withdraw_reversal(capture)


@_control("/captures/<capture>/dispute")
def open_dispute(sandbox: PaypalSandbox, body: Resource, capture: str) -> Resource:
    """Body: {"reason": ..., "amount": minor units}."""
    return sandbox.world.open_dispute(capture, **body)


@_control("/authorizations/<authorization>/captures")
def next_captures(sandbox: PaypalSandbox, body: Resource, authorization: str) -> Resource:
    """Body: {"outcome": as in approve}."""
    return sandbox.world.next_captures(authorization, **body)


@_control("/refunds/pend")
def refunds_pend(sandbox: PaypalSandbox, body: Resource) -> Resource:
    """Body: {"pend": true | false}."""
    sandbox.world.refunds_pend(**body)
    return {"pend": sandbox.state.refunds_pend}


@_control("/refunds/list")
def list_refunds(sandbox: PaypalSandbox, body: Resource) -> Resource:
    """Body: {"listed": true | false}."""
    sandbox.world.list_refunds(**body)
    return {"listed": sandbox.state.refunds_listed}


@_control("/refunds/<refund>/settle")
def settle_refund(sandbox: PaypalSandbox, body: Resource, refund: str) -> Resource:  # noqa: ARG001
    return sandbox.world.settle_refund(refund)


@_control("/refunds/<refund>/fail")
def fail_refund(sandbox: PaypalSandbox, body: Resource, refund: str) -> Resource:  # noqa: ARG001
    return sandbox.world.fail_refund(refund)


@_control("/disputes/<dispute>/update")
def update_dispute(sandbox: PaypalSandbox, body: Resource, dispute: str) -> Resource:
    """Body: {"status": "WAITING_FOR_SELLER_RESPONSE" | "UNDER_REVIEW" | ...}."""
    return sandbox.world.update_dispute(dispute, **body)


@_control("/disputes/<dispute>/resolve")
def resolve_dispute(sandbox: PaypalSandbox, body: Resource, dispute: str) -> Resource:
    """Body: {"outcome": "RESOLVED_BUYER_FAVOUR" | "RESOLVED_SELLER_FAVOUR" | ...}."""
    return sandbox.world.resolve_dispute(dispute, **body)


@_control("/tokens/revoke")
def revoke_tokens(sandbox: PaypalSandbox, body: Resource) -> Resource:  # noqa: ARG001
    return {"revoked": sandbox.world.revoke_tokens()}


@_control("/tokens/scopes")
def allow(sandbox: PaypalSandbox, body: Resource) -> Resource:
    """Body: {"scopes": [...]}, by default all."""
    sandbox.world.allow(body.get("scopes", scopes.ALL))
    return {"scopes": list(sandbox.state.scopes)}


@controls.get("/_sandbox/tokens")
def show_tokens(sandbox: PaypalSandbox, request: Request) -> Answer:  # noqa: ARG001
    """How many calls for a token there were, and how many tokens are good now."""
    account = sandbox.state
    live = sum(1 for token in account.tokens.values() if token.expires_at > account.now)
    return json_answer({"calls": account.token_calls, "live": live})


@_control("/events/<event>/resend")
def resend(sandbox: PaypalSandbox, body: Resource, event: str) -> Resource:  # noqa: ARG001
    return sandbox.world.resend(event)


@_control("/endpoint")
def set_endpoint(sandbox: PaypalSandbox, body: Resource) -> Resource:
    """Body: {"url": ..., "webhook_id": ..., "enabled_events": [...]}, each optional."""
    sandbox.set_endpoint(**body)
    account = sandbox.state
    return {
        "url": account.endpoint.url,
        "webhook_id": account.signature.webhook_id,
        "enabled_events": list(account.enabled_events),
    }
