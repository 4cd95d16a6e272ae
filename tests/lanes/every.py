"""Every way to pay that is not a card, for tests that hold for all of them."""

from __future__ import annotations

from tests.lanes.bacen import BacenLane
from tests.lanes.brazil_payments import BrazilPaymentsBoletoLane, BrazilPaymentsPixLane
from tests.lanes.lane import Lane
from tests.lanes.mercado_pago import MercadoPagoBoletoLane, MercadoPagoPixLane
from tests.lanes.paypal import PaypalLane

LANES: tuple[type[Lane], ...] = (
    PaypalLane,
    BacenLane,
    MercadoPagoPixLane,
    MercadoPagoBoletoLane,
    BrazilPaymentsPixLane,
    BrazilPaymentsBoletoLane,
)


def name_of(lane: type[Lane]) -> str:
    return lane.__name__.removesuffix("Lane")
