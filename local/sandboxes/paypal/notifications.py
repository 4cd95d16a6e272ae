"""Operations on webhooks (Webhooks Management v1): their proof, their certificate, and what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.sandboxes.kernel.answer import Answer
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.paypal.account import Account
from local.sandboxes.paypal.bodies import raw_member
from local.sandboxes.paypal.call import Call, Operations
from local.sandboxes.paypal.certificates import CERTIFICATE_ID
from local.sandboxes.paypal.errors import Detail, PaypalProblem, unknown_id
from local.sandboxes.paypal.events import send
from local.sandboxes.paypal.fields import AnyObject, Items, Obj, Text
from local.sandboxes.paypal.render import link, render
from local.sandboxes.paypal.resource import Resource
from local.sandboxes.paypal.scopes import WEBHOOKS
from local.sandboxes.paypal.signature import ALGORITHM, CERTIFICATES, message

if TYPE_CHECKING:
    from local.sandboxes.paypal.app import PaypalSandbox

operations = Operations()
routes = Routes()
_PATH = "/v1/notifications/webhooks-events"
_MOST = 300

VERIFY = Obj(
    {
        "auth_algo": Text(1, 100),
        "cert_url": Text(1, 500),
        "transmission_id": Text(1, 50),
        "transmission_sig": Text(1, 500),
        "transmission_time": Text(1, 100),
        "webhook_id": Text(1, 50),
        "webhook_event": AnyObject(),
    },
    required=(
        "auth_algo", "cert_url", "transmission_id", "transmission_sig", "transmission_time", "webhook_id",
        "webhook_event",
    ),
)  # fmt: skip


@operations.post("/v1/notifications/verify-webhook-signature", WEBHOOKS, VERIFY)
def verify(account: Account, call: Call) -> Resource:
    """The event is checked byte for byte as it stands in the body: written anew, it fails."""
    given, signature = call.body, account.signature
    event = raw_member(call.raw.decode(), "webhook_event").encode()
    signed = message(given["transmission_id"], given["transmission_time"], given["webhook_id"], event)
    good = (
        given["auth_algo"] == ALGORITHM
        and given["cert_url"] == signature.certificate_url
        and given["webhook_id"] == signature.webhook_id
        and signature.proves(given["transmission_sig"], signed)
    )
    return {"verification_status": "SUCCESS" if good else "FAILURE"}


@operations.get(_PATH, WEBHOOKS, query=("page_size", "event_type", "start_time", "end_time"))
def list_events(account: Account, call: Call) -> Resource:
    """What happened, newest first, sent or not."""
    given = call.request.args
    size = given.get("page_size", "10")
    if not size.isdecimal() or not 1 <= int(size) <= _MOST:
        raise PaypalProblem(400, [Detail("INVALID_PARAMETER_VALUE", "page_size", size, "query")])
    wanted = [
        render(account, row)
        for row in reversed(list(account.events))
        if given.get("event_type") in (None, row["event_type"])
        and given.get("start_time", "") <= row["create_time"] <= given.get("end_time", "9")
    ][: int(size)]
    return {"events": wanted, "count": len(wanted), "links": [link("self", f"{account.base}{_PATH}")]}


@operations.get(f"{_PATH}/<event>", WEBHOOKS)
def retrieve(account: Account, call: Call, event: str) -> Resource:  # noqa: ARG001
    return account.events.get(event)


@operations.post(f"{_PATH}/<event>/resend", WEBHOOKS, Obj({"webhook_ids": Items(Text(), 0, 500)}), status=202)
def resend(account: Account, call: Call, event: str) -> Resource:
    found = account.events.get(event)
    if call.body.get("webhook_ids", [account.signature.webhook_id]) != [account.signature.webhook_id]:
        raise PaypalProblem(400, [Detail("INVALID_PARAMETER_VALUE", "/webhook_ids")])
    send(account, found)
    return found


@routes.get(f"{CERTIFICATES}<certificate>")
def certificate(sandbox: PaypalSandbox, call: Call, certificate: str) -> Answer:  # noqa: ARG001
    """Leaf and intermediate as PEM, for anybody."""
    if certificate != CERTIFICATE_ID:
        raise unknown_id("certificate")
    return Answer(200, sandbox.state.signature.signer.chain_pem(), {"Content-Type": "application/x-pem-file"})
