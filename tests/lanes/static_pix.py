"""Pix without any provider: nobody is called, and an operator says what arrived."""

from __future__ import annotations

from werkzeug.wrappers import Request

from commerce.payments.gateways.static_pix.gateway import StaticPixGateway
from commerce.payments.methods.pix import PixMethod
from commerce.payments.model import Payment
from commerce.platform.secrets import StaticSecrets
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.kernel.sandbox import Exchange, Sandbox
from tests.lanes.lane import Lane

STORE = {
    "pix_key": "123e4567-e12b-12d1-a456-426655440000",
    "merchant_name": "Loja Exemplo",
    "merchant_city": "São Paulo",
}


class Nobody(Sandbox[Exchange]):
    """There is no provider: whoever calls it finds no route."""

    name = "nobody"
    routes = Routes()

    def open(self, request: Request) -> Exchange:
        return Exchange(request)

    def reset(self) -> None:
        """There is nothing to forget."""


class StaticPixLane(Lane):
    provider = "static_pix"
    refunds = False
    cancels = False

    def open_sandbox(self) -> Nobody:
        return Nobody(clock=self.world.clock)

    def open_gateway(self) -> StaticPixGateway:
        self.fields = dict(STORE)
        return StaticPixGateway(StaticSecrets({"pix": self.fields}), "pix", livemode=False, clock=self.world.clock)

    def open_method(self) -> PixMethod:
        return PixMethod(expires_seconds=1800)

    def buyer_pays(self, payment: Payment) -> None:
        """The money arrives on the store's account, and nobody tells."""
