"""PayPal's webhooks at a function URL: verified, queued, acknowledged. The worker reads back what they tell of."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from commerce.payments.gateways.paypal import events
from commerce.payments.gateways.paypal.certificates import Certificates, fetch, origins
from commerce.payments.gateways.paypal.settings import api_base, webhook_ids, webhook_root_ca
from commerce.payments.gateways.paypal.signature import PaypalSignature, Transmission
from commerce.platform import aws
from commerce.platform.clock import SystemClock
from commerce.platform.config import live_mode, setting
from commerce.platform.deadline import Deadline
from commerce.platform.lambda_types import Context, Event, ProxyAnswer
from commerce.platform.observability import observed
from commerce.platform.queue import send
from commerce.platform.secrets import SecretsManagerSecrets
from commerce.platform.webhooks import Webhook, receive

if TYPE_CHECKING:
    from commerce.payments.gateways.paypal.asking import PaypalsWord

sqs = aws.client("sqs")
secrets = SecretsManagerSecrets()
secret_name = setting("PAYPAL_SECRET_NAME")
allowed = origins(live_mode=live_mode(), api_base=api_base())


@cache
def paypals_word() -> PaypalsWord:
    """PayPal's client, which few deliveries need."""
    from commerce.payments.gateways.paypal.asking import PaypalsWord  # noqa: PLC0415
    from commerce.payments.gateways.paypal.client import PaypalClient  # noqa: PLC0415

    return PaypalsWord(PaypalClient.from_settings(aws.client("dynamodb"), secrets))


def ask(transmission: Transmission, webhook_id: str, raw: bytes, deadline: Deadline) -> bool:
    return paypals_word()(transmission, webhook_id, raw, deadline)


certificates = Certificates(lambda: allowed, lambda: webhook_root_ca(secrets.get(secret_name)), fetch)
enqueue = partial(send, sqs, setting("PAYPAL_QUEUE_URL"))
clock = SystemClock()


@observed
def handler(event: Event, context: Context) -> ProxyAnswer:
    signature = PaypalSignature(
        lambda: webhook_ids(secrets.get(secret_name)), certificates, ask, lambda: Deadline.of(context)
    )
    return receive(
        Webhook(provider=events.PROVIDER, verifier=signature, translate=events.translate, enqueue=enqueue, clock=clock),
        event,
    )
