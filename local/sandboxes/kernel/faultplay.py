"""How each kind of fault strikes a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.wrappers import Request

from local.sandboxes.kernel.answer import Answer, json_answer, problem
from local.sandboxes.kernel.faults import Fault, FaultKind, FaultStage
from local.sandboxes.kernel.wire import Wire

if TYPE_CHECKING:
    from local.sandboxes.kernel.sandbox import Exchange, Sandbox

_HTML = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


def play[E: Exchange](sandbox: Sandbox[E], request: Request, fault: Fault, wire: Wire | None) -> Answer:
    """Let `fault` strike; kinds that need a connection answer 501 on a server that gives none."""
    if fault.kind in (FaultKind.STATUS, FaultKind.HTML):
        return _replaced(sandbox, request, fault)
    if fault.kind is FaultKind.GARBAGE:
        real = sandbox.carry_out(request)
        return Answer(real.status, real.body[: len(real.body) // 2] or b"{", real.headers)
    if wire is None:
        return problem(501, "no_wire", f"Fault {fault.kind} needs local.sandboxes.kernel.server or WsgiAdapter.")
    if fault.kind is FaultKind.DELAY:
        return _delayed(sandbox, request, fault, wire)
    return _silent(sandbox, request, fault, wire)


def _replaced[E: Exchange](sandbox: Sandbox[E], request: Request, fault: Fault) -> Answer:
    answer = _trouble(sandbox, fault)
    if fault.stage is FaultStage.BEFORE:
        return answer
    if fault.stage is FaultStage.AFTER:
        sandbox.carry_out(request)
        return answer
    exchange = sandbox.begin(request)
    if isinstance(exchange, Answer):
        return exchange
    return sandbox.finish(exchange, forced=answer, act=fault.stage is FaultStage.STORED)


def _trouble[E: Exchange](sandbox: Sandbox[E], fault: Fault) -> Answer:
    if fault.kind is FaultKind.HTML:
        answer = Answer(502, _HTML, {"Content-Type": "text/html"})
    elif fault.body is not None:
        answer = json_answer(fault.body, fault.status)
    else:
        answer = sandbox.outage(fault.status)
    return Answer(answer.status, answer.body, {**answer.headers, **fault.headers})


def _delayed[E: Exchange](sandbox: Sandbox[E], request: Request, fault: Fault, wire: Wire) -> Answer:
    """The wait lies between `open` and `act`: a second request with the same key finds the first in flight."""
    exchange = sandbox.begin(request)
    if isinstance(exchange, Answer):
        wire.pause(fault.seconds, lambda: None)
        return exchange
    wire.pause(fault.seconds, lambda: sandbox.finish(exchange))
    return sandbox.finish(exchange)


def _silent[E: Exchange](sandbox: Sandbox[E], request: Request, fault: Fault, wire: Wire) -> Answer:
    match fault.kind:
        case FaultKind.UNREACHABLE:
            wire.unreachable()
        case FaultKind.CUT_BEFORE:
            wire.cut()
        case FaultKind.HANG:
            wire.hold(fault.seconds)
    sandbox.carry_out(request)
    if fault.kind is FaultKind.HANG_AFTER:
        wire.hold(fault.seconds)
    wire.cut()
