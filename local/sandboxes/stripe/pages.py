"""The pages that Stripe hosts for whoever pays by Pix or boleto."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

import segno
from werkzeug.wrappers import Request

from local.sandboxes.brazil.pages import pdf_answer, pix_page
from local.sandboxes.brazil.pdf import page
from local.sandboxes.brazil.qr import png_base64
from local.sandboxes.kernel.answer import Answer, Refusal, problem
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.stripe.currencies import shown
from local.sandboxes.stripe.resource import Resource

if TYPE_CHECKING:
    from local.sandboxes.stripe.app import StripeSandbox

pages = Routes()


@pages.get("/_sandbox/pix/<intent>")
def pix_instructions(sandbox: StripeSandbox, request: Request, intent: str) -> Answer:  # noqa: ARG001
    found = _issued(sandbox, intent)
    return pix_page(f"Pix, {shown(found['amount'], 'brl')}", found["_code"], png_base64(found["_code"]))


@pages.get("/_sandbox/pix/<intent>/code.png")
def pix_png(sandbox: StripeSandbox, request: Request, intent: str) -> Answer:  # noqa: ARG001
    picture = base64.b64decode(png_base64(_issued(sandbox, intent)["_code"]))
    return Answer(200, picture, {"Content-Type": "image/png"})


@pages.get("/_sandbox/pix/<intent>/code.svg")
def pix_svg(sandbox: StripeSandbox, request: Request, intent: str) -> Answer:  # noqa: ARG001
    drawing = io.BytesIO()
    segno.make(_issued(sandbox, intent)["_code"], error="m", micro=False).save(drawing, kind="svg", scale=4)
    return Answer(200, drawing.getvalue(), {"Content-Type": "image/svg+xml"})


@pages.get("/_sandbox/boletos/<intent>")
@pages.get("/_sandbox/boletos/<intent>/pdf")
def boleto(sandbox: StripeSandbox, request: Request, intent: str) -> Answer:  # noqa: ARG001
    found = _issued(sandbox, intent)
    return pdf_answer(page(["Boleto (sandbox)", f"Valor: {shown(found['amount'], 'brl')}", found["_code"]]))


def _issued(sandbox: StripeSandbox, intent: str) -> Resource:
    found = sandbox.state.intents.find(intent)
    if found is None or "_code" not in found:
        raise Refusal(problem(404, "no_such_object", f"Nothing was issued for {intent}."))
    return found
