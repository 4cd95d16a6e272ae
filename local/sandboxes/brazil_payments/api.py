"""The three routes, and the page of a boleto. Their shapes are in `contract`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from commerce.platform.clock import iso
from local.sandboxes.brazil.pages import base_url, pdf_answer
from local.sandboxes.brazil.pdf import page
from local.sandboxes.brazil.slips import digitable_line
from local.sandboxes.brazil_payments.checks import Checks, check_payer, json_object
from local.sandboxes.brazil_payments.contract import MERCHANT_ID
from local.sandboxes.brazil_payments.errors import error_answer
from local.sandboxes.kernel.answer import Answer, Refusal, json_answer
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.kernel.sandbox import Exchange

if TYPE_CHECKING:
    from local.sandboxes.brazil_payments.app import BrazilPaymentsSandbox

PUBLISHED = "https://api.brazil-payments.test"
PAGES = "/boletos/"
_LONGEST_MINUTES = 43_200

routes = Routes()


@dataclass(slots=True)
class Call(Exchange):
    """`key`: the idempotency key that remembers the answer."""

    key: str | None = None


@routes.post("/pix/qrcode")
def create_pix(sandbox: BrazilPaymentsSandbox, call: Call) -> Answer:
    body = Checks(json_object(call.request))
    merchant = body.text("merchant_id", 64)
    cents = body.cents("amount")
    description = body.text("description", 140)
    minutes = body.whole("expiration_minutes", 1, _LONGEST_MINUTES)
    check_payer(body, with_address=False)
    body.close()
    _check_merchant(merchant)
    made = sandbox.state.open_pix(cents=cents, description=description, minutes=minutes)
    shown = {"qr_code_base64": made.picture, "pix_code": made.code, "expires_at": iso(made.expires)}
    return json_answer({"id": made.id, **shown}, 201)


@routes.post("/boleto/generate")
def create_boleto(sandbox: BrazilPaymentsSandbox, call: Call) -> Answer:
    body = Checks(json_object(call.request))
    merchant = body.text("merchant_id", 64)
    cents = body.cents("amount")
    due = body.day("due_date", sandbox.state.today)
    instructions = body.text("instructions", 500)
    check_payer(body, with_address=True)
    body.close()
    _check_merchant(merchant)
    made = sandbox.state.open_boleto(cents=cents, instructions=instructions, due=due)
    shown = {
        "id": made.id,
        "barcode": made.code,
        "digitable_line": digitable_line(made.code),
        "pdf_url": f"{base_url(call.request, PUBLISHED)}{PAGES}{made.id}.pdf",
        "due_date": due.isoformat(),
    }
    return json_answer(shown, 201)


@routes.get("/transactions/<transaction>")
def read(sandbox: BrazilPaymentsSandbox, call: Call, transaction: str) -> Answer:  # noqa: ARG001
    return json_answer(sandbox.world.show(transaction))


@routes.get(f"{PAGES}<boleto>.pdf")
def print_boleto(sandbox: BrazilPaymentsSandbox, call: Call, boleto: str) -> Answer:  # noqa: ARG001
    """No key is asked for: the link is for the buyer."""
    found = sandbox.state.find(boleto)
    if found.due is None:
        raise Refusal(error_answer(404, "This is no boleto."))
    amount = f"R$ {found.cents // 100},{found.cents % 100:02}"
    lines = ["Boleto (sandbox)", f"Valor: {amount}", f"Vencimento: {found.due:%d/%m/%Y}", digitable_line(found.code)]
    return pdf_answer(page([*lines, *found.text.splitlines()]))


def _check_merchant(merchant: str) -> None:
    if merchant != MERCHANT_ID:
        raise Refusal(error_answer(403, "The API key belongs to another merchant_id."))
