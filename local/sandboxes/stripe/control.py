"""Control routes of the Stripe sandbox: `World` over HTTP. Bodies are JSON objects, described in each docstring."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from werkzeug.wrappers import Request

from local.sandboxes.kernel.answer import Answer, Refusal, json_answer, problem
from local.sandboxes.kernel.control import body_of
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.stripe.errors import StripeProblem
from local.sandboxes.stripe.resource import Resource

if TYPE_CHECKING:
    from local.sandboxes.stripe.app import StripeSandbox

controls = Routes()


def _control(path: str) -> Callable[[Callable[..., Resource]], Callable[..., Resource]]:
    """POST `path` -> run(world, body, *ids) -> the object as JSON; 404 unknown, 409 not in this state."""

    def register(run: Callable[..., Resource]) -> Callable[..., Resource]:
        @controls.post(f"/_sandbox{path}")
        def handle(sandbox: StripeSandbox, request: Request, **ids: str) -> Answer:
            try:
                return json_answer(run(sandbox, body_of(request), **ids))
            except StripeProblem as error:
                raise Refusal(problem(404, "no_such_object", str(error))) from None
            except (ValueError, TypeError) as error:
                raise Refusal(problem(409, "impossible", str(error))) from None

        return run

    return register


@_control("/payment_intents/<intent>/authenticate")
def authenticate(sandbox: StripeSandbox, body: Resource, intent: str) -> Resource:
    """{"outcome": "succeeded" | "failed"}"""
    return sandbox.world.authenticate(intent, body.get("outcome", "succeeded"))


@_control("/setup_intents/<intent>/authenticate")
def authenticate_setup(sandbox: StripeSandbox, body: Resource, intent: str) -> Resource:
    """{"outcome": "succeeded" | "failed"}"""
    return sandbox.world.authenticate(intent, body.get("outcome", "succeeded"))


@_control("/payment_intents/<intent>/processing")
def make_processing(sandbox: StripeSandbox, body: Resource, intent: str) -> Resource:  # noqa: ARG001
    return sandbox.world.make_processing(intent)


@_control("/payment_intents/<intent>/complete")
def complete(sandbox: StripeSandbox, body: Resource, intent: str) -> Resource:
    """{"outcome": "succeeded" | "failed"}"""
    return sandbox.world.complete(intent, body.get("outcome", "succeeded"))


@_control("/payment_intents/<intent>/pay")
def pay(sandbox: StripeSandbox, body: Resource, intent: str) -> Resource:  # noqa: ARG001
    """The buyer pays the Pix (at once) or the boleto (`processing` until the next business day, or `complete`)."""
    return sandbox.world.pay(intent)


@_control("/payment_intents/<intent>/expire")
def expire(sandbox: StripeSandbox, body: Resource, intent: str) -> Resource:
    """{"quietly": false}"""
    return sandbox.world.expire(intent, **body)


@_control("/charges/<charge>/dispute")
def dispute_charge(sandbox: StripeSandbox, body: Resource, charge: str) -> Resource:
    """{"reason", "amount", "inquiry"}, all optional"""
    return sandbox.world.dispute(charge, **body)


@_control("/disputes/<dispute>/close")
def close_dispute(sandbox: StripeSandbox, body: Resource, dispute: str) -> Resource:
    """{"outcome": "won" | "lost" | "warning_closed"}"""
    return sandbox.world.close_dispute(dispute, **body)


@_control("/refunds/<refund>/fail")
def fail_refund(sandbox: StripeSandbox, body: Resource, refund: str) -> Resource:
    """{"reason"}, optional"""
    return sandbox.world.fail_refund(refund, **body)


@_control("/refunds/<refund>/succeed")
def settle_refund(sandbox: StripeSandbox, body: Resource, refund: str) -> Resource:  # noqa: ARG001
    return sandbox.world.settle_refund(refund)


@_control("/charges/<charge>/early_fraud_warning")
def warn_of_fraud(sandbox: StripeSandbox, body: Resource, charge: str) -> Resource:  # noqa: ARG001
    return sandbox.world.warn_of_fraud(charge)


@_control("/charges/<charge>/review")
def open_review(sandbox: StripeSandbox, body: Resource, charge: str) -> Resource:  # noqa: ARG001
    return sandbox.world.open_review(charge)


@_control("/reviews/<review>/close")
def close_review(sandbox: StripeSandbox, body: Resource, review: str) -> Resource:
    """{"reason"}, optional"""
    return sandbox.world.close_review(review, **body)


@_control("/payment_methods/<method>/automatically_update")
def update_card(sandbox: StripeSandbox, body: Resource, method: str) -> Resource:
    """{"exp_month", "exp_year"}"""
    return sandbox.world.update_card(method, **body)


@_control("/events/<event>/resend")
def resend(sandbox: StripeSandbox, body: Resource, event: str) -> Resource:  # noqa: ARG001
    return sandbox.world.resend(event)


@_control("/endpoint")
def set_endpoint(sandbox: StripeSandbox, body: Resource) -> Resource:
    """{"url", "secrets": [newest first], "enabled_events": ["*"]}, all optional"""
    sandbox.set_endpoint(**body)
    hook = sandbox.state.hook
    return {"url": hook.endpoint.url, "enabled_events": list(hook.enabled_events)}


@controls.get("/_sandbox/authenticate/<intent>")
def challenge_page(sandbox: StripeSandbox, request: Request, intent: str) -> Answer:  # noqa: ARG001
    """The page a buyer is sent to for 3-D Secure."""
    found = sandbox.state.intents.find(intent) or sandbox.state.setups.find(intent)
    if found is None:
        raise Refusal(problem(404, "no_such_object", f"No intent {intent}."))
    buttons = "".join(f'<button name="outcome" value="{o}">{o}</button> ' for o in ("succeeded", "failed"))
    page = (
        '<!doctype html><html lang="en"><title>3-D Secure sandbox</title>'
        f"<h1>Your bank asks: is it you?</h1><p>{escape(intent)} is {escape(found['status'])}.</p>"
        f'<form method="post">{buttons}</form></html>'
    )
    return Answer(200, page.encode(), {"Content-Type": "text/html; charset=utf-8"})


@controls.post("/_sandbox/authenticate/<intent>")
def answer_challenge(sandbox: StripeSandbox, request: Request, intent: str) -> Answer:
    """The page's form: authenticate, and send the browser back to where it came from."""
    try:
        shown = sandbox.world.authenticate(intent, request.form.get("outcome", "succeeded"))
    except (StripeProblem, ValueError) as error:
        raise Refusal(problem(409, "impossible", str(error))) from None
    found = sandbox.state.intents.find(intent) or sandbox.state.setups.get(intent)
    back = found.get("_return_url")
    if not back:
        return json_answer(shown)
    kind = shown["object"]
    status = "succeeded" if shown["status"] in ("succeeded", "requires_capture", "processing") else "failed"
    query = urlencode({kind: intent, f"{kind}_client_secret": shown["client_secret"], "redirect_status": status})
    return Answer(303, b"", {"Location": f"{back}{'&' if '?' in back else '?'}{query}"})
