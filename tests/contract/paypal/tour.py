"""A walk through every operation of the PayPal sandbox, with everything it was asked, answered and sent on the way."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from typing import Any

import requests

from local.sandboxes.kernel.faults import Fault, FaultKind
from local.sandboxes.paypal.app import WEBHOOK_ID, PaypalSandbox
from local.sandboxes.paypal.call import Operation
from local.sandboxes.paypal.capturing import PENDING_REASONS
from tests.unit.sandboxes.paypal.support import DAY, Bench, brl, open_bench


@dataclass(frozen=True)
class Exchanged:
    """One answer and what was asked: `path` is the sandbox's own pattern, bodies are None when there are none."""

    method: str
    path: str
    status: int
    asked: Any
    body: Any


@dataclass
class Tour:
    bench: Bench
    answers: list[Exchanged] = field(default_factory=list)
    webhooks: list[dict[str, Any]] = field(default_factory=list)


def rules() -> dict[tuple[str, str], Any]:
    """(method, path pattern) -> handler, of the whole sandbox."""
    return {(method, path): handler for method, path, handler in PaypalSandbox.routes.rules()}


def operations() -> dict[tuple[str, str], Operation]:
    return {key: handler for key, handler in rules().items() if isinstance(handler, Operation)}


def take() -> Tour:
    tour = Tour(open_bench())
    _listen(tour)
    bench = tour.bench
    for stop in (_pay, _pend, _hold, _refund, _dispute, _watch, _err):
        stop(bench)
    tour.webhooks = [json.loads(delivery.body) for delivery in bench.box.webhooks.drain()]
    bench.session.close()
    return tour


def _listen(tour: Tour) -> None:
    patterns = {id(handler): key for key, handler in rules().items()}

    def hear(response: Any, **_: object) -> None:
        found = PaypalSandbox.routes.match(response.request.method, response.request.path_url.partition("?")[0])
        if found is not None:
            method, path = patterns[id(found[0])]
            tour.answers.append(
                Exchanged(method, path, response.status_code, _json(response.request.body), _json(response.content))
            )

    tour.bench.session.hooks["response"].append(hear)


def _json(raw: str | bytes | None) -> Any:
    try:
        return json.loads(raw or b"")
    except ValueError:
        return None


def _unit(number: str, **more: Any) -> dict[str, Any]:
    return {"unit": {"reference_id": f"order-{number}", "invoice_id": f"payment-{number}", **more}}


def _pay(bench: Bench) -> None:
    bench.renew()
    items = [{"name": "Tênis", "unit_amount": brl("4"), "quantity": "2", "sku": "S-1", "category": "PHYSICAL_GOODS"}]
    amount = {**brl("10.00"), "breakdown": {"item_total": brl("8.00"), "shipping": brl("2.00")}}
    shipping = {"name": {"full_name": "Ana Souza"}, "address": {"address_line_1": "Rua A, 1", "country_code": "BR"}}
    full = _unit("1", items=items, amount=amount, shipping=shipping, description="Order 1", soft_descriptor="STORE")
    bench.paid(**full)
    bench.create(request_id="create-2", **_unit("2"))
    again = bench.create(request_id="create-2", **_unit("2")).json()
    bench.box.world.approve(again["id"], funding="credit")
    path = f"/v2/checkout/orders/{again['id']}"
    for _ in range(2):
        bench.post(f"{path}/capture", request_id="capture-2")
    bench.get(path)
    plain = {"intent": "CAPTURE", "purchase_units": [{"amount": brl("1.00")}]}
    order = bench.post("/v2/checkout/orders", plain, full=False).json()
    bench.box.world.approve(order["id"])
    bench.post(f"/v2/checkout/orders/{order['id']}/capture", {}, full=False)
    bench.box.world.cancel(bench.approved(**_unit("x"))["id"])
    yen = _unit("3", amount={"currency_code": "JPY", "value": "500"})
    bench.order_of(bench.paid(**yen))


def _pend(bench: Bench) -> None:
    for number, reason in enumerate(PENDING_REASONS):
        pending = bench.paid(outcome=reason, **_unit(f"p{number}"))
        bench.get(f"/v2/payments/captures/{pending['id']}")
    bench.box.world.deny_capture(pending["id"])
    bench.order_of(pending)
    bench.order_of(bench.paid(outcome="capture_declined", **_unit("d")))


def _hold(bench: Bench) -> None:
    first = bench.authorized("10.00", **_unit("h1"))
    path = f"/v2/payments/authorizations/{first['id']}"
    part = bench.post(
        f"{path}/capture", {"amount": brl("4.00"), "final_capture": False, "note_to_payer": "Part"}
    ).json()
    bench.get(path)
    bench.post(f"{path}/capture", {"final_capture": True}, full=False)
    bench.get(f"/v2/payments/captures/{part['id']}")
    bench.order_of(first)
    second = bench.authorized(**_unit("h2"))
    path = f"/v2/payments/authorizations/{second['id']}"
    bench.post(f"{path}/reauthorize")
    bench.box.advance(4 * DAY)
    bench.renew()
    renewed = bench.post(f"{path}/reauthorize", {"amount": brl("10.00")}).json()
    for child in ("void", "reauthorize"):
        bench.post(f"/v2/payments/authorizations/{renewed['id']}/{child}")
    bench.post(f"{path}/void")
    for verb in ("void", "capture", "reauthorize"):
        bench.post(f"{path}/{verb}")
    third = bench.authorized(**_unit("h3"))
    bench.post(f"/v2/payments/authorizations/{third['id']}/void", full=False)
    fourth = bench.authorized(**_unit("h4"))
    bench.box.advance(30 * DAY)
    bench.renew()
    bench.post(f"/v2/payments/authorizations/{fourth['id']}/capture")
    denied = bench.authorized(outcome="capture_declined", **_unit("h5"))
    bench.post(f"/v2/payments/authorizations/{denied['id']}/capture")


def _refund(bench: Bench) -> None:
    paid = bench.paid(**_unit("r1"))["id"]
    for value in ("1.00", "2.00"):
        made = bench.refund(paid, value, custom_id=f"refund-{value}", note_to_payer="Sorry").json()
        bench.get(f"/v2/payments/refunds/{made['id']}")
    bench.post(f"/v2/payments/captures/{paid}/refund", full=False)
    bench.get(f"/v2/payments/captures/{paid}")
    bench.refund(paid)
    bench.box.world.refunds_pend()
    slow = bench.refund(bench.paid(**_unit("r2"))["id"], "5.00", invoice_id="refund-3").json()
    bench.get(f"/v2/payments/refunds/{slow['id']}")
    bench.box.world.fail_refund(slow["id"])
    bench.get(f"/v2/payments/refunds/{slow['id']}")
    bench.box.world.refunds_pend(False)
    reversed_capture = bench.paid(**_unit("r3"))
    bench.box.world.reverse_capture(reversed_capture["id"])
    bench.get(f"/v2/payments/captures/{reversed_capture['id']}")
    bench.order_of(reversed_capture)
    bench.refund(reversed_capture["id"])


def _dispute(bench: Bench) -> None:
    paid = bench.paid(**_unit("c1"))["id"]
    dispute = bench.box.world.open_dispute(paid)["dispute_id"]
    bench.refund(paid, "1.00")
    bench.get("/v1/customer/disputes", disputed_transaction_id=paid)
    bench.box.world.update_dispute(dispute, "UNDER_REVIEW")
    bench.box.world.resolve_dispute(dispute, "RESOLVED_BUYER_FAVOUR")
    bench.get(f"/v1/customer/disputes/{dispute}")


def _watch(bench: Bench) -> None:
    path = "/v1/notifications/webhooks-events"
    (event,) = bench.get(path, page_size="1").json()["events"]
    bench.get(f"{path}/{event['id']}")
    bench.post(f"{path}/{event['id']}/resend", {"webhook_ids": [WEBHOOK_ID]})
    delivery = bench.box.webhooks.drain()[-1]
    bench.box.webhooks.send(delivery)
    for again in bench.box.state.events:
        bench.box.world.resend(again["id"])
    headers = delivery.headers(bench.box.clock.now())
    names = {"auth_algo": "AUTH-ALGO", "cert_url": "CERT-URL", "transmission_id": "TRANSMISSION-ID"}
    names |= {"transmission_sig": "TRANSMISSION-SIG", "transmission_time": "TRANSMISSION-TIME"}
    body = {key: headers[f"PAYPAL-{name}"] for key, name in names.items()}
    body |= {"webhook_id": WEBHOOK_ID, "webhook_event": json.loads(delivery.body)}
    bench.post("/v1/notifications/verify-webhook-signature", body)
    bench.session.get(headers["PAYPAL-CERT-URL"])


def _err(bench: Bench) -> None:
    bench.create(colour="red")
    bench.create(unit={"amount": brl("1.005")})
    bench.create(unit={"amount": {"currency_code": "JPY", "value": "1.5"}})
    bench.create(request_id=None)
    bench.post("/v2/checkout/orders", b"{")
    bench.post("/v2/checkout/orders", {}, Content_Type="text/plain")
    bench.get("/v2/checkout/orders/UNKNOWN")
    early = bench.create(**_unit("e1")).json()["id"]
    bench.post(f"/v2/checkout/orders/{early}/capture")
    bench.post(f"/v2/checkout/orders/{early}/authorize")
    declined = bench.approved(outcome="declined", **_unit("e2"))["id"]
    bench.post(f"/v2/checkout/orders/{declined}/capture")
    duplicate = bench.approved(**_unit("1"))["id"]
    bench.post(f"/v2/checkout/orders/{duplicate}/capture")
    paid = bench.paid(**_unit("e3"))
    bench.post(f"/v2/checkout/orders/{bench.order_of(paid)['id']}/capture")
    bench.refund(paid["id"], "10.01")
    bench.refund(paid["id"], "0.00")
    bench.refund(bench.paid(outcome="ECHECK", **_unit("e4"))["id"])
    for path in ("captures/UNKNOWN", "refunds/UNKNOWN", "authorizations/UNKNOWN"):
        bench.get(f"/v2/payments/{path}")
    bench.get("/v1/notifications/webhooks-events/UNKNOWN")
    bench.box.world.allow([])
    bench.get(f"/v2/payments/captures/{paid['id']}")
    bench.box.world.allow()
    bench.create(request_id="x" * 109)
    bench.create(purchase_units=[{"amount": brl("1.00")}] * 11)
    bench.create(**_unit("e5"), request_id="create-e5")
    bench.refund(bench.paid(**_unit("e6"))["id"], "1.00", colour="red")
    for number in ("e7", "e8"):
        bench.post(f"/v2/payments/captures/{bench.paid(**_unit(number))['id']}/refund", request_id="refund-e")
    held = bench.authorized(**_unit("e9"))["id"]
    bench.box.world.next_captures(held, "declined")
    bench.post(f"/v2/payments/authorizations/{held}/capture")
    bench.post(f"/v2/payments/authorizations/{held}/capture", b"[]")
    bench.post(f"/v2/checkout/orders/{bench.approved(intent='AUTHORIZE', **_unit('e10'))['id']}/capture")
    bench.post(f"/v2/payments/authorizations/{held}/capture", {}, Content_Type="text/plain")
    _collide(bench)
    for status in (429, 500):
        bench.box.faults.add(Fault(FaultKind.STATUS, status=status))
        bench.create()
    bench.token = "wrong"
    bench.create()
    bench.session.get("https://x.example/v2/checkout/orders/1")


def _collide(bench: Bench) -> None:
    """A second request while the first one under the same id still runs."""
    bench.box.faults.add(Fault(FaultKind.DELAY, seconds=60))
    with contextlib.suppress(requests.ReadTimeout):
        bench.create(request_id="create-c", timeout=1, **_unit("c"))
    bench.create(request_id="create-c", **_unit("c"))
    bench.adapter.run_late()
