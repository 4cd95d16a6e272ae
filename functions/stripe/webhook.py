"""Stripe's webhooks at a function URL: verified, queued, acknowledged. The worker reads back what they tell of."""

from __future__ import annotations

from functools import partial

from commerce.payments.gateways.stripe.events import PROVIDER, EventTranslator
from commerce.payments.gateways.stripe.signature import StripeSignature, webhook_secrets
from commerce.platform import aws
from commerce.platform.clock import SystemClock
from commerce.platform.config import live_mode, setting
from commerce.platform.lambda_types import Context, Event, ProxyAnswer
from commerce.platform.observability import observed
from commerce.platform.queue import send
from commerce.platform.secrets import SecretsManagerSecrets
from commerce.platform.webhooks import Webhook, receive

sqs = aws.client("sqs")
secrets = SecretsManagerSecrets()
secret_name = setting("STRIPE_SECRET_NAME")
webhook = Webhook(
    provider=PROVIDER,
    verifier=StripeSignature(lambda: webhook_secrets(secrets.get(secret_name))),
    translate=EventTranslator(live_mode=live_mode()),
    enqueue=partial(send, sqs, setting("STRIPE_QUEUE_URL")),
    clock=SystemClock(),
)


@observed
def handler(event: Event, context: Context) -> ProxyAnswer:  # noqa: ARG001 - the deadline is the provider's
    return receive(webhook, event)
