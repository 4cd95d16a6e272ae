"""The page on which a person approves an order, behind the link that an order shows when the sandbox is served."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request

from local.sandboxes.kernel.answer import Answer, Refusal, problem
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.paypal.errors import PaypalProblem

if TYPE_CHECKING:
    from local.sandboxes.paypal.app import PaypalSandbox

PATH = "/_sandbox/checkoutnow"
pages = Routes()

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>PayPal sandbox</title>
<body style="font:16px system-ui;max-width:32rem;margin:3rem auto;padding:0 1rem">
<h1>Pay {amount}</h1><p>{description}</p>
<form method="post"><input type="hidden" name="token" value="{token}">
<p><label>Pay with <select name="funding"><option value="paypal">PayPal balance</option>
<option value="credit">PayPal Credit</option><option value="paylater">Pay Later</option>
<option value="card">Card</option></select></label></p>
<p><button name="choice" value="ok">Approve</button>
<button name="choice" value="declined">Approve, but the bank will decline</button>
<button name="choice" value="ECHECK">Approve, but the payment stays pending</button>
<button name="choice" value="cancel">Cancel and return to the store</button></p></form>"""


@pages.get(PATH)
def show(sandbox: PaypalSandbox, request: Request) -> Answer:
    try:
        order = sandbox.state.orders.get(request.args.get("token", ""))
    except PaypalProblem as error:
        raise Refusal(problem(404, "no_such_object", str(error))) from None
    unit = order["purchase_units"][0]
    page = _PAGE.format(
        amount=escape(f"{unit['amount']['value']} {unit['amount']['currency_code']}"),
        description=escape(unit.get("description", "")),
        token=escape(order["id"]),
    )
    return Answer(200, page.encode(), {"Content-Type": "text/html; charset=utf-8"})


@pages.post(PATH)
def choose(sandbox: PaypalSandbox, request: Request) -> Answer:
    """Form: token, choice (`cancel` or an outcome), funding. Sends the browser back to the store."""
    token, choice = request.form.get("token", ""), request.form.get("choice", "")
    try:
        if choice == "cancel":
            sandbox.world.cancel(token)
        else:
            sandbox.world.approve(token, outcome=choice, funding=request.form.get("funding", "paypal"))
        back = sandbox.world.way_back(token)
    except PaypalProblem as error:
        raise Refusal(problem(404, "no_such_object", str(error))) from None
    except ValueError as error:
        raise Refusal(problem(409, "impossible", str(error))) from None
    return Answer(303, headers={"Location": back}) if back else Answer(200, b"The store gave no address to return to.")
