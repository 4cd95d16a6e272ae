"""Which gateway carries a Pix: the one that PIX_GATEWAY names. Only that one is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commerce.payments.gateway import PixGateway
from commerce.platform.config import setting
from commerce.platform.errors import ConfigurationError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from commerce.platform.secrets import Secrets


def chosen_pix_gateway(dynamodb: DynamoDBClient, secrets: Secrets) -> PixGateway:
    """Raises ConfigurationError: `missing_setting`, `wrong_setting`."""
    match setting("PIX_GATEWAY"):
        case "bacen":
            from commerce.payments.gateways.bacen.gateway import BacenGateway  # noqa: PLC0415

            return BacenGateway.from_settings(dynamodb, secrets)
        case "mercado_pago":
            from commerce.payments.gateways.mercado_pago.gateway import MercadoPagoGateway  # noqa: PLC0415

            return MercadoPagoGateway.from_settings(secrets)
        case "stripe":
            from commerce.payments.gateways.stripe.gateway import StripeGateway  # noqa: PLC0415

            return StripeGateway.from_settings(secrets)
        case "brazil_payments":
            from commerce.payments.gateways.brazil_payments.gateway import BrazilPaymentsGateway  # noqa: PLC0415

            return BrazilPaymentsGateway.from_settings(secrets)
        case "static":
            from commerce.payments.gateways.static_pix.gateway import StaticPixGateway  # noqa: PLC0415

            return StaticPixGateway.from_settings(secrets)
        case other:
            raise ConfigurationError(
                f"PIX_GATEWAY is {other!r}; it is bacen, mercado_pago, stripe, brazil_payments or static. Set it with "
                "`sam deploy --parameter-overrides PixGateway=…`.",
                code="wrong_setting",
                details={"setting": "PIX_GATEWAY"},
            )
