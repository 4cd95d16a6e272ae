"""The generic gateway: it tells a status when it is asked, sends no webhooks, and takes nothing back."""

from __future__ import annotations

from contextlib import suppress

from commerce.payments.gateways.brazil_payments.client import BrazilPaymentsClient
from commerce.payments.gateways.brazil_payments.gateway import BrazilPaymentsGateway
from commerce.payments.methods.boleto import BoletoMethod
from commerce.payments.methods.method import CheckoutMethod
from commerce.payments.methods.pix import PixMethod
from commerce.payments.model import Payment
from commerce.platform.secrets import StaticSecrets
from local.sandboxes.brazil_payments.app import BrazilPaymentsSandbox
from local.sandboxes.brazil_payments.contract import API_KEY, MERCHANT_ID
from tests.lanes.lane import Lane
from tests.unit.payments.wire import http_over

BASE = "https://gateway.test"
FIELDS = {"api_key": API_KEY, "merchant_id": MERCHANT_ID}


class BrazilPaymentsPixLane(Lane):
    provider = "brazil_payments"
    refunds = False
    cancels = False
    repeats = False
    sandbox: BrazilPaymentsSandbox

    def open_sandbox(self) -> BrazilPaymentsSandbox:
        return BrazilPaymentsSandbox(clock=self.world.clock, seed=b"lane")

    def open_gateway(self) -> BrazilPaymentsGateway:
        http = http_over(self.adapter, BASE, self.provider)
        client = BrazilPaymentsClient(http, StaticSecrets({"bp": FIELDS}), "bp")
        return BrazilPaymentsGateway(
            client, livemode=False, instructions=lambda: "Não receber após o vencimento.", clock=self.world.clock
        )

    def open_method(self) -> CheckoutMethod:
        return PixMethod(expires_seconds=1800)

    def buyer_pays(self, payment: Payment) -> None:
        self.sandbox.world.pay(payment.provider_ref or "")

    def buyer_acts(self, payment: Payment, how: int) -> None:
        ref, asked = payment.provider_ref or "", payment.money.amount
        with suppress(ValueError, LookupError):
            match how:
                case 6:
                    self.sandbox.world.pay(ref, amount=asked - 1)
                case 7:
                    self.sandbox.world.pay(ref, amount=asked + 1)
                case 8:
                    self.sandbox.world.fail(ref)
                case _:
                    self.sandbox.world.pay(ref)


class BrazilPaymentsBoletoLane(BrazilPaymentsPixLane):
    seconds_between_looks = 13 * 3600
    looks_until_over = 40

    def open_method(self) -> CheckoutMethod:
        return BoletoMethod(due_days=3)
