"""Queue of e-mails: an order was paid, so its buyer is told, once."""

from __future__ import annotations

from confirmation import confirmation_of

from commerce.messaging.delivery import Delivery
from commerce.messaging.events import order_paid
from commerce.messaging.gateways.sendgrid.body import Sender
from commerce.messaging.gateways.sendgrid.mailer import SendGridMailer
from commerce.messaging.model import Mailbox
from commerce.messaging.rendering import render_confirmation
from commerce.messaging.reporting import report
from commerce.messaging.store import MessageStore
from commerce.orders.store import OrderReader
from commerce.platform import aws
from commerce.platform.batch import Received, process_batch
from commerce.platform.clock import SystemClock
from commerce.platform.config import base_url, setting
from commerce.platform.deadline import Deadline
from commerce.platform.errors import NotFound
from commerce.platform.ids import RandomIds
from commerce.platform.lambda_types import BatchAnswer, Context, Event
from commerce.platform.observability import observed
from commerce.platform.secrets import SecretsManagerSecrets, secret_field

OFFICIAL_HOSTS = ("api.sendgrid.com", "api.eu.sendgrid.com")

sqs = aws.client("sqs")
dynamodb = aws.client("dynamodb")
secrets = SecretsManagerSecrets()
orders = OrderReader(dynamodb, setting("COMMERCE_TABLE"))
messages = MessageStore(dynamodb, setting("MESSAGES_TABLE"))
sender = Sender(
    Mailbox(setting("MAIL_FROM_ADDRESS"), setting("MAIL_FROM_NAME")),
    dry_run=setting("MAIL_DRY_RUN") == "true",
)
store_name = setting("STORE_NAME")
api_base = base_url("SENDGRID_API_BASE", official_hosts=OFFICIAL_HOSTS)
secret_name = setting("SENDGRID_SECRET_NAME")
clock = SystemClock()


@observed
def handler(event: Event, context: Context) -> BatchAnswer:
    return process_batch(event, confirm, context, client=sqs, queue="email")


def confirm(message: Received, deadline: Deadline) -> None:
    """One message of the queue: the event `order.paid`."""
    paid = order_paid(message.body)
    order = orders.get(paid.order_id)
    if order is None:
        raise NotFound(f"Order {paid.order_id} was paid but is not in the table.", code="order_not_found")
    confirmation = confirmation_of(order, paid)
    delivery().deliver(
        confirmation.request(paid.correlation_id),
        lambda: render_confirmation(confirmation, store_name),
        deadline=deadline,
    )


def delivery() -> Delivery:
    """Built for every message: a key that was just rotated is in use without a new container."""
    key = secret_field(secrets.get(secret_name), secret_name, "api_key")
    return Delivery(messages, SendGridMailer(api_base, key, sender, clock), clock, RandomIds(), report)
