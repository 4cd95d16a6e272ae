"""A bank's Pix API: the buyer pays a code, whenever they like and with whatever amount."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from commerce.payments.gateways.bacen import events
from commerce.payments.gateways.bacen.client import BankClient
from commerce.payments.gateways.bacen.connection import BankConnection
from commerce.payments.gateways.bacen.gateway import BacenGateway
from commerce.payments.gateways.bacen.profiles import PROFILES
from commerce.payments.gateways.bacen.settings import stand_in
from commerce.payments.gateways.bacen.signature import PathSecret
from commerce.payments.methods.pix import PixMethod
from commerce.payments.model import Payment
from commerce.payments.work import Hint
from commerce.platform.http import ProviderHttp, ProviderSession, Retry
from commerce.platform.secrets import StaticSecrets
from commerce.platform.tls import ClientCertificate
from local.sandboxes.pix_bank.app import CLIENT_ID, CLIENT_SECRET, PIX_KEY, WEBHOOK_SECRET, PixBankSandbox
from local.sandboxes.pix_bank.settings import Settings
from tests.lanes.lane import Lane
from tests.unit.platform.token_rig import MemoryStore

PROFILE = PROFILES["efi"]
NEXT_PIX_KEY = "7d9f0335-8dcc-4054-9bf9-0dbd61d36906"
"""Of the same account, for a store that changes its key."""

FIELDS = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "pix_key": PIX_KEY}


class BacenLane(Lane):
    provider = "bacen"
    doors = (PathSecret(lambda: (WEBHOOK_SECRET,)), events.translate)
    pays_late = True
    sandbox: PixBankSandbox

    def open_sandbox(self) -> PixBankSandbox:
        settings = Settings(base_path=PROFILE.path, refuse_repeated_devolucao=True, pix_keys=(PIX_KEY, NEXT_PIX_KEY))
        bank = PixBankSandbox(clock=self.world.clock, wall=self.world.clock, settings=settings, seed=b"lane")
        bank.set_endpoint(f"https://abc.lambda-url.sa-east-1.on.aws/{WEBHOOK_SECRET}")
        return bank

    def open_gateway(self) -> BacenGateway:
        self.fields = dict(FIELDS)
        connection = BankConnection(
            stand_in(PROFILE, "https://bank.example"),
            MemoryStore(),
            StaticSecrets({"pix": self.fields}),
            "pix",
            self.world.clock,
            make_http=self._http,
        )
        return BacenGateway(BankClient(connection), self.world.clock, livemode=False)

    def open_method(self) -> PixMethod:
        return PixMethod(expires_seconds=1800)

    def buyer_pays(self, payment: Payment) -> None:
        self.pay(payment)

    def pay(self, payment: Payment, **how: Any) -> str:
        """The endToEndId."""
        return str(self.sandbox.world.pay(payment.provider_ref or "", **how)["endToEndId"])

    def buyer_acts(self, payment: Payment, how: int) -> None:
        """Mostly exact; now and then less, more, twice, late, or taken back by the bank."""
        with suppress(ValueError, LookupError):
            match how:
                case 6:
                    self.pay(payment, amount=max(1, payment.money.amount - 1))
                case 7:
                    self.pay(payment, amount=payment.money.amount + 1)
                case 8:
                    self.pay(payment, again=True, late=True)
                case 9:
                    self.pay(payment, withhold=True)
                case _:
                    self.buyer_pays(payment)

    def settles(self) -> None:
        for charge in list(self.sandbox.state.charges.values()):
            self.sandbox.world.release(charge.txid)

    def buyer_pays_late(self, payment: Payment) -> None:
        self.pay(payment, late=True)

    def locate(self, message: Mapping[str, Any]) -> Hint:
        return Hint(message["event_id"], message["txid"])

    def _http(self, base: str, certificate: ClientCertificate | None, server_ca: str | None) -> ProviderHttp:  # noqa: ARG002
        session = ProviderSession(base, provider=self.provider)
        session.mount("https://", self.adapter)
        return ProviderHttp(session, base, retry=Retry(sleep=lambda _: None))
