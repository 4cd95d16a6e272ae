"""What the people in the demo can do, each through the door that is theirs; every deed is told and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from local.demo.checks import WentWrong, expect, until
from local.demo.connections import Api, Browser, Controls, Dashboard, Reply
from local.demo.goods import Order
from local.demo.providers import BANK, MERCADO_PAGO, PAYPAL, PROVIDERS, STRIPE, Provider, told_by
from local.demo.telling import Teller
from local.sandboxes.pix_bank.certificates import credentials
from local.stack import Stack

type Json = dict[str, Any]

PAID = "payment_intent.succeeded"
_SECRET_KEY = "sk_test_sandbox"  # noqa: S105 - the sandbox's, known to all


@dataclass(frozen=True, slots=True)
class Purchase:
    """An order at the till: `checkout` is what POST /checkout/... answered."""

    order: Order
    checkout: Mapping[str, Any]

    @property
    def payment_id(self) -> str:
        return str(self.checkout["payment"]["payment_id"])

    @property
    def intent(self) -> str:
        """Stripe's PaymentIntent."""
        return str(self.checkout["client_secret"]).partition("_secret_")[0]


class Shop:
    """A store on a running stack. A context manager that closes its connections."""

    def __init__(self, stack: Stack, teller: Teller) -> None:
        stripe = stack.sandbox("stripe").url
        self.stack = stack
        self.teller = teller
        self.api = Api(stack.api_url)
        self.browser = Browser(stripe)
        self.controls = {provider: _controls(stack, provider) for provider in PROVIDERS}
        self.dashboard = Dashboard(stripe, _SECRET_KEY)
        self.mail = Controls(stack.sandbox("sendgrid").url)
        self.places = Controls(stack.sandbox("google").url)
        self.webhook_url = stack.function_url("StripeWebhookFunction")
        self.store_token = stack.token(sub="store-backend", scopes=["store"])
        self.operator_token = stack.token(sub="operator", scopes=["operator"])

    def close(self) -> None:
        others = (self.api, self.browser, self.dashboard, self.mail, self.places)
        for connection in (*others, *self.controls.values()):
            connection.close()

    @property
    def stripe(self) -> Controls:
        return self.controls[STRIPE]

    @property
    def paypal(self) -> Controls:
        return self.controls[PAYPAL]

    @property
    def bank(self) -> Controls:
        return self.controls[BANK]

    @property
    def mercado_pago(self) -> Controls:
        return self.controls[MERCADO_PAGO]

    def buyer_token(self, order: Order) -> str:
        return self.stack.token(sub=order.buyer.id, scopes=["buyer"])

    def register(self, order: Order) -> None:
        """The store's backend registers an order."""
        path = f"/orders/{order.order_id}"
        reply = self.api.ask("PUT", path, token=self.store_token, body=order.body())
        expect_status("The order", reply, 201)
        goods = ", ".join(f"{item.quantity} {item.name}" for item in order.items)
        self.teller.step("store", f"PUT {path}", f"{reply.status}  {goods}: {order.money()}")

    def check_out(
        self,
        order: Order,
        *,
        by: str = "card",
        key: str = "click-1",
        status: int = 201,
        told: str = "",
        by_store: bool = False,
        **choices: object,
    ) -> Purchase:
        """The buyer presses "pay", or the store charges their saved card; either names the order, never an amount."""
        body = {"order_id": order.order_id, **choices}
        token = self.store_token if by_store else self.buyer_token(order)
        reply = self.api.ask("POST", f"/checkout/{by}", token=token, body=body, key=f"{order.order_id}-{key}")
        expect_status("The checkout", reply, status)
        state = reply.body["payment"]["status"]
        who = "store" if by_store else order.buyer.id
        self.teller.step(who, f"POST /checkout/{by}", f"{reply.status}  {told or 'payment is ' + state}")
        return Purchase(order, reply.body)

    def confirm(self, purchase: Purchase, card: str, name: str, *, status: int = 200) -> Json:
        """The buyer's browser confirms at Stripe; gives Stripe's PaymentIntent, or its error."""
        reply = self.browser.confirm(purchase.checkout, card)
        expect("Stripe's answer to the browser", reply.status, status)
        seen: Json = reply.body if status == 200 else reply.body["error"]
        result = seen["status"] if status == 200 else seen.get("decline_code") or seen["code"]
        self.teller.step("browser", f"Stripe.js: pay with {name}", f"{reply.status}  {result}")
        return seen

    def acknowledged(self, purchase: Purchase, kind: str = PAID) -> None:
        """Stripe has told our function URL, and was answered 2xx."""

        def look() -> bool | None:
            events = self.dashboard.events(purchase.intent, [kind])
            return True if events and not any(event["pending_webhooks"] for event in events) else None

        until(f"The webhook {kind}", look)
        self.teller.step("stripe", f"webhook {kind}", "signed, verified, queued, acknowledged")

    def acknowledged_all(self, provider: Provider) -> None:
        """All that a provider had to tell has been answered 2xx."""

        def look() -> bool | None:
            webhooks = self.controls[provider].look("webhooks")
            return True if not (webhooks["pending"] or webhooks["failed"]) else None

        until(f"The webhooks of {provider.title}", look)

    def order(self, order: Order) -> Json:
        """GET /orders/{order_id}, as the store's backend."""
        reply = self.api.ask("GET", f"/orders/{order.order_id}", token=self.store_token)
        expect_status("The order", reply, 200)
        found: Json = reply.body
        return found

    def payment(self, purchase: Purchase) -> Json:
        """GET /payments/{payment_id}, as the buyer."""
        reply = self.api.ask("GET", f"/payments/{purchase.payment_id}", token=self.buyer_token(purchase.order))
        expect_status("The payment", reply, 200)
        payment: Json = reply.body["payment"]
        return payment

    def becomes(self, purchase: Purchase, status: str, told: str = "") -> Json:
        """Wait until the payment has this status; gives the payment."""
        seen: list[str] = []

        def look() -> Json | None:
            payment = self.payment(purchase)
            seen[:] = [payment["status"]]
            return payment if payment["status"] == status else None

        try:
            payment = until(f"Payment {purchase.payment_id} becoming {status}", look)
        except WentWrong as error:
            raise WentWrong(f"{error} It is {seen[0]}.") from None
        self.teller.step("payment", f"becomes {status}", told or told_by(payment))
        return payment

    def receipt(self, purchase: Purchase) -> Path:
        """The one mail about the order, as a file that a browser shows."""
        order = purchase.order
        mail = until(f"The receipt of {order.order_id}", lambda: next(iter(self.mails(order)), None))
        path = Path(mail["files"]["html"])
        html = unescape(path.read_text(encoding="utf-8"))
        for item in order.items:
            expect(f"{item.name} on the receipt {path}", item.name in html, True)
        self.teller.step("mail", f"to {mail['to'][0]}", mail["subject"])
        self.teller.plain(f"{'':21}{path}")
        return path

    def mails(self, order: Order) -> list[Json]:
        """What SendGrid accepted about an order."""
        return [mail for mail in self.mail.look("mail") if mail["custom_args"].get("order_id") == order.order_id]

    def books(self, order: Order, provider: Provider = STRIPE) -> Json:
        """What a provider's own books say of an order: charges, captured, refunded."""
        found: Json = self.controls[provider].look("books")["orders"][order.order_id]
        return found

    def command(self, purchase: Purchase, what: str, body: Mapping[str, object], *, status: int = 202) -> Reply:
        """The operator refunds, captures or cancels."""
        path = f"/payments/{purchase.payment_id}/{what}"
        key = f"{what}-{'-'.join(str(value) for value in body.values())}"
        reply = self.api.ask("POST", path, token=self.operator_token, body=dict(body), key=key)
        expect_status(f"POST {path}", reply, status)
        return reply

    def has_paid(self, order: Order) -> Purchase:
        """All of a purchase, told in one line."""
        with self.teller.silence():
            self.register(order)
            purchase = self.check_out(order)
            self.confirm(purchase, "pm_card_visa", "Visa")
            self.becomes(purchase, "paid")
        self.teller.step(order.buyer.id, f"buys {order.order_id}, as before", f"paid {order.money()}")
        return purchase


def _controls(stack: Stack, provider: Provider) -> Controls:
    url = stack.sandbox(provider.sandbox).url
    return Controls(url, credentials().client_context if url.startswith("https://") else None)


def times_paid(payment: Json) -> int:
    """How often the payment's timeline says that it was paid."""
    return sum("payment.paid" in entry["facts"] for entry in payment["timeline"])


def expect_status(what: str, reply: Reply, status: int) -> None:
    if reply.status != status:
        raise WentWrong(f"{what}: expected {status}, got {reply.status} {reply.code}: {reply.body}")
