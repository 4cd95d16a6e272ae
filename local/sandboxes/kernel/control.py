"""Control routes that every sandbox has, under `/_sandbox/`. They are for whoever runs it, and need no key."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request

from commerce.platform.clock import iso
from local.sandboxes.kernel.answer import Answer, Refusal, json_answer, problem
from local.sandboxes.kernel.faults import Fault
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.kernel.webhooks import WebhookMode

if TYPE_CHECKING:
    from local.sandboxes.kernel.sandbox import Sandbox

PREFIX = "/_sandbox/"
control_routes = Routes()


def body_of(request: Request) -> dict[str, Any]:
    """The JSON object of a control request; an empty body is an empty object."""
    value = request.get_json(force=True, silent=True) if request.get_data() else {}
    if not isinstance(value, dict):
        raise Refusal(problem(400, "bad_body", "The body of a control request is a JSON object."))
    return value


@control_routes.get("/_sandbox/")
def list_controls(sandbox: Sandbox[Any], request: Request) -> Answer:  # noqa: ARG001
    return json_answer(sandbox.control_paths)


@control_routes.get("/_sandbox/faults")
def list_faults(sandbox: Sandbox[Any], request: Request) -> Answer:  # noqa: ARG001
    return json_answer([asdict(fault) for fault in sandbox.faults.waiting()])


@control_routes.post("/_sandbox/faults")
def add_fault(sandbox: Sandbox[Any], request: Request) -> Answer:
    try:
        sandbox.faults.add(Fault.parse(body_of(request)))
    except ValueError as error:
        raise Refusal(problem(400, "bad_fault", str(error))) from None
    return list_faults(sandbox, request)


@control_routes.delete("/_sandbox/faults")
def clear_faults(sandbox: Sandbox[Any], request: Request) -> Answer:
    sandbox.faults.clear()
    return list_faults(sandbox, request)


@control_routes.get("/_sandbox/webhooks")
def show_webhooks(sandbox: Sandbox[Any], request: Request) -> Answer:  # noqa: ARG001
    hooks = sandbox.webhooks
    return json_answer(
        {
            "mode": hooks.mode,
            "seconds": hooks.seconds,
            "pending": hooks.pending,
            "held": hooks.held,
            "delivered": len(hooks.delivered),
            "dropped": [delivery.id for delivery in hooks.dropped],
            "failed": [delivery.id for delivery in hooks.failed],
        }
    )


@control_routes.post("/_sandbox/webhooks")
def set_webhooks(sandbox: Sandbox[Any], request: Request) -> Answer:
    body = body_of(request)
    try:
        sandbox.webhooks.set_mode(WebhookMode(body.get("mode", sandbox.webhooks.mode)), body.get("seconds"))
    except ValueError as error:
        raise Refusal(problem(400, "bad_mode", str(error))) from None
    return show_webhooks(sandbox, request)


@control_routes.post("/_sandbox/webhooks/flush")
def flush_webhooks(sandbox: Sandbox[Any], request: Request) -> Answer:  # noqa: ARG001
    return json_answer({"flushed": sandbox.webhooks.flush()})


@control_routes.get("/_sandbox/clock")
def show_clock(sandbox: Sandbox[Any], request: Request) -> Answer:  # noqa: ARG001
    return json_answer({"now": iso(sandbox.clock.now())})


@control_routes.post("/_sandbox/clock")
def advance_clock(sandbox: Sandbox[Any], request: Request) -> Answer:
    """Body: {"advance": seconds}."""
    sandbox.advance(float(body_of(request).get("advance", 0)))
    return show_clock(sandbox, request)


@control_routes.post("/_sandbox/reset")
def reset(sandbox: Sandbox[Any], request: Request) -> Answer:  # noqa: ARG001
    sandbox.faults.clear()
    sandbox.webhooks.clear()
    sandbox.journal.clear()
    sandbox.reset()
    return json_answer({"reset": True})


@control_routes.get("/_sandbox/log")
def show_log(sandbox: Sandbox[Any], request: Request) -> Answer:  # noqa: ARG001
    return json_answer([entry.to_json() for entry in sandbox.journal.entries()])


@control_routes.get("/_sandbox/books")
def show_books(sandbox: Sandbox[Any], request: Request) -> Answer:  # noqa: ARG001
    return json_answer(sandbox.books())
