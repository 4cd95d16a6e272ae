"""Mercado Pago's webhooks at a function URL: verified, queued, acknowledged. The worker reads the payment back."""

from __future__ import annotations

from functools import partial

from commerce.payments.gateways.mercado_pago.events import translate
from commerce.payments.gateways.mercado_pago.settings import PROVIDER
from commerce.payments.gateways.mercado_pago.signature import MercadoPagoSignature, webhook_secrets
from commerce.platform import aws
from commerce.platform.clock import SystemClock
from commerce.platform.config import setting
from commerce.platform.lambda_types import Context, Event, ProxyAnswer
from commerce.platform.observability import observed
from commerce.platform.queue import send
from commerce.platform.secrets import SecretsManagerSecrets
from commerce.platform.webhooks import Webhook, receive

sqs = aws.client("sqs")
secrets = SecretsManagerSecrets()
secret_name = setting("MERCADO_PAGO_SECRET_NAME")
webhook = Webhook(
    provider=PROVIDER,
    verifier=MercadoPagoSignature(lambda: webhook_secrets(secrets.get(secret_name))),
    translate=translate,
    enqueue=partial(send, sqs, setting("MERCADO_PAGO_QUEUE_URL")),
    clock=SystemClock(),
)


@observed
def handler(event: Event, context: Context) -> ProxyAnswer:  # noqa: ARG001 - the deadline is the provider's
    return receive(webhook, event)
