"""/v1/payments: create, read, cancel, search; and the page that shows a buyer what to pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.sandboxes.brazil.pages import base_url, pdf_answer, pix_page
from local.sandboxes.brazil.pdf import page
from local.sandboxes.brazil.slips import digitable_line
from local.sandboxes.kernel.answer import Answer, json_answer
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.mercado_pago.call import Call
from local.sandboxes.mercado_pago.errors import WRONG_STATE, refused
from local.sandboxes.mercado_pago.payment import BRASILIA
from local.sandboxes.mercado_pago.payment_body import read_payment
from local.sandboxes.mercado_pago.reading import Findings, json_object
from local.sandboxes.mercado_pago.render import payment_json

if TYPE_CHECKING:
    from local.sandboxes.mercado_pago.app import MercadoPagoSandbox

OFFICIAL = "https://www.mercadopago.com.br"
_PAGE = 30
_LONGEST_PAGE = 100
_SEARCH = frozenset({"external_reference", "status", "sort", "criteria", "limit", "offset"})
_CANCELLABLE = ("pending", "in_process")

routes = Routes()


@routes.post("/v1/payments")
def create(sandbox: MercadoPagoSandbox, call: Call) -> Answer:
    asked = read_payment(json_object(call.request), sandbox.state.now)
    payment = sandbox.state.open(asked, base_url(call.request, OFFICIAL))
    call.acted = True
    return json_answer(payment_json(payment), 201)


@routes.get("/v1/payments/<payment>")
def read(sandbox: MercadoPagoSandbox, call: Call, payment: str) -> Answer:
    return json_answer(payment_json(sandbox.state.find(payment), in_process=call.wants_in_process))


@routes.add("PUT", "/v1/payments/<payment>")
def cancel(sandbox: MercadoPagoSandbox, call: Call, payment: str) -> Answer:
    """The one change that the sandbox knows: `{"status": "cancelled"}`."""
    found = sandbox.state.find(payment)
    body = json_object(call.request)
    findings = Findings()
    findings.known(body, frozenset({"status"}))
    if body.get("status") is None:
        findings.add(4017, "status attribute can't be null")
    findings.close()
    if body["status"] != "cancelled" or found.status not in _CANCELLABLE:
        raise refused(WRONG_STATE)
    sandbox.state.move(found, "cancelled", "by_collector")
    return json_answer(payment_json(found))


@routes.get("/v1/payments/search")
def search(sandbox: MercadoPagoSandbox, call: Call) -> Answer:
    """Newest first, or oldest first with `criteria=asc`."""
    given = call.request.args
    findings = Findings()
    findings.known(given, _SEARCH)
    if given.get("sort", "date_created") != "date_created" or given.get("criteria", "desc") not in ("asc", "desc"):
        findings.add(1, "Params Error: sort is date_created, criteria is asc or desc")
    limit, offset = _whole(given.get("limit", str(_PAGE)), findings), _whole(given.get("offset", "0"), findings)
    if limit > _LONGEST_PAGE:
        findings.add(1000, "Number of rows exceeded the limits")
    findings.close()
    seen = sandbox.state.now - sandbox.state.switches.search_lag
    found = [
        payment_json(payment)
        for payment in sandbox.state.payments.values()
        if payment.created <= seen
        and given.get("external_reference") in (None, payment.asked.external_reference)
        and given.get("status") in (None, payment.status)
    ]
    if given.get("criteria") != "asc":
        found.reverse()
    paging = {"total": len(found), "limit": limit, "offset": offset}
    return json_answer({"paging": paging, "results": found[offset : offset + limit]})


def _whole(text: str, findings: Findings) -> int:
    if text.isascii() and text.isdigit():
        return int(text)
    findings.add(1, "Params Error: limit and offset are whole numbers")
    return 0


@routes.get("/payments/<payment>/ticket")
def show_ticket(sandbox: MercadoPagoSandbox, call: Call, payment: str) -> Answer:  # noqa: ARG001
    """The boleto as a PDF, or the Pix as a page; no key is asked for."""
    found = sandbox.state.find(payment)
    title = f"R$ {found.asked.cents // 100},{found.asked.cents % 100:02}"
    if found.codes.qr_code:
        return pix_page(f"Pix de {title}", found.codes.qr_code, found.codes.qr_png)
    due = f"{found.asked.expires.astimezone(BRASILIA):%d/%m/%Y}"
    lines = ["Boleto (sandbox)", f"Valor: {title}", f"Vencimento: {due}", digitable_line(found.codes.barcode)]
    return pdf_answer(page(lines))
