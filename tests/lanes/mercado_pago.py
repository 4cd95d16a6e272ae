"""Mercado Pago: a Pix is paid at once or not at all, a boleto with any amount, late, or twice."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from commerce.payments.gateways.mercado_pago import events
from commerce.payments.gateways.mercado_pago.client import MercadoPagoClient
from commerce.payments.gateways.mercado_pago.gateway import MercadoPagoGateway
from commerce.payments.gateways.mercado_pago.signature import MercadoPagoSignature
from commerce.payments.methods.boleto import BoletoMethod
from commerce.payments.methods.method import CheckoutMethod
from commerce.payments.methods.pix import PixMethod
from commerce.payments.model import Payment
from commerce.payments.work import Hint
from commerce.platform.secrets import StaticSecrets
from local.sandboxes.mercado_pago.access import ACCESS_TOKEN, WEBHOOK_SECRET
from local.sandboxes.mercado_pago.app import MercadoPagoSandbox
from tests.lanes.lane import Lane
from tests.unit.payments.wire import http_over

BASE = "https://api.mercadopago.com"
FIELDS = {"access_token": ACCESS_TOKEN, "webhook_secret": WEBHOOK_SECRET}


class MercadoPagoPixLane(Lane):
    provider = "mercado_pago"
    doors = (MercadoPagoSignature(lambda: (WEBHOOK_SECRET,)), events.translate)
    sandbox: MercadoPagoSandbox

    def open_sandbox(self) -> MercadoPagoSandbox:
        account = MercadoPagoSandbox(clock=self.world.clock, wall=self.world.clock, first_id=5_000_000_000)
        account.set_endpoint(url="https://abc.lambda-url.sa-east-1.on.aws/")
        return account

    def open_gateway(self) -> MercadoPagoGateway:
        http = http_over(self.adapter, BASE, self.provider)
        client = MercadoPagoClient(http, StaticSecrets({"mp": FIELDS}), "mp", live_mode=False)
        return MercadoPagoGateway(client, self.world.clock, self.world.ledger.load)

    def open_method(self) -> CheckoutMethod:
        return PixMethod(expires_seconds=1800)

    def buyer_pays(self, payment: Payment) -> None:
        self.sandbox.world.pay(payment.provider_ref or "")

    def buyer_acts(self, payment: Payment, how: int) -> None:
        ref = payment.provider_ref or ""
        acts = self.sandbox.world
        with suppress(ValueError, LookupError):
            match how:
                case 7:
                    acts.reject(ref)
                case 8:
                    acts.review(ref)
                case _:
                    acts.pay(ref)

    def locate(self, message: Mapping[str, Any]) -> Hint:
        return Hint(message["event_id"], message["object_id"])

    def settles(self) -> None:
        under_way = [number for number, one in self.sandbox.state.payments.items() if one.status == "in_process"]
        for number in under_way:
            self.sandbox.world.reject(number)


class MercadoPagoBoletoLane(MercadoPagoPixLane):
    seconds_between_looks = 13 * 3600
    looks_until_over = 40
    pays_late = True

    def open_method(self) -> CheckoutMethod:
        return BoletoMethod(due_days=3)

    def buyer_acts(self, payment: Payment, how: int) -> None:
        ref, asked = payment.provider_ref or "", payment.money.amount
        with suppress(ValueError, LookupError):
            match how:
                case 6:
                    self.sandbox.world.pay(ref, amount=asked - 1)
                case 7:
                    self.sandbox.world.pay(ref, amount=asked + 1)
                case 8:
                    self.sandbox.world.pay(ref, again=True, late=True)
                case 9:
                    self.sandbox.world.pay(ref, clears=True)
                case _:
                    self.sandbox.world.pay(ref)

    def buyer_pays_late(self, payment: Payment) -> None:
        self.sandbox.world.pay(payment.provider_ref or "", late=True)
