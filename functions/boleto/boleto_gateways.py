"""Who issues boletos: the gateway that BOLETO_GATEWAY names. Only that one is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commerce.payments.gateway import BoletoGateway
from commerce.platform.config import setting
from commerce.platform.errors import ConfigurationError

if TYPE_CHECKING:
    from commerce.platform.secrets import Secrets


def chosen_boleto_gateway(secrets: Secrets) -> BoletoGateway:
    """Raises ConfigurationError: `missing_setting`, `wrong_setting`."""
    match setting("BOLETO_GATEWAY"):
        case "mercado_pago":
            from commerce.payments.gateways.mercado_pago.gateway import MercadoPagoGateway  # noqa: PLC0415

            return MercadoPagoGateway.from_settings(secrets)
        case "stripe":
            from commerce.payments.gateways.stripe.gateway import StripeGateway  # noqa: PLC0415

            return StripeGateway.from_settings(secrets)
        case "brazil_payments":
            from commerce.payments.gateways.brazil_payments.gateway import BrazilPaymentsGateway  # noqa: PLC0415

            return BrazilPaymentsGateway.from_settings(secrets)
        case other:
            raise ConfigurationError(
                f"BOLETO_GATEWAY is {other!r}; it is mercado_pago, stripe or brazil_payments. Set it with "
                "`sam deploy --parameter-overrides BoletoGateway=…`.",
                code="wrong_setting",
                details={"setting": "BOLETO_GATEWAY"},
            )
