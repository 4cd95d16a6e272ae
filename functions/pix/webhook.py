"""The bank's webhooks at a function URL: let in by their path, queued, acknowledged. The worker reads the charge."""

from __future__ import annotations

from functools import partial

from commerce.payments.gateways.bacen.events import PROVIDER, parsed, translate
from commerce.payments.gateways.bacen.signature import PathSecret, webhook_secrets
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
secret_name = setting("PIX_SECRET_NAME")
webhook = Webhook(
    provider=PROVIDER,
    verifier=PathSecret(lambda: webhook_secrets(secrets.get(secret_name))),
    translate=translate,
    enqueue=partial(send, sqs, setting("PIX_QUEUE_URL")),
    clock=SystemClock(),
    parse=parsed,
)


@observed
def handler(event: Event, context: Context) -> ProxyAnswer:  # noqa: ARG001 - the deadline is the provider's
    return receive(webhook, event)
