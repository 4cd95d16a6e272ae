"""Queue of Stripe's work: webhook hints, commands, looks that are due; each is read back before it counts."""

from __future__ import annotations

from commerce.payments.events import SOURCE
from commerce.payments.gateways.stripe.gateway import StripeGateway
from commerce.payments.gateways.stripe.notices import METHOD_NOTICES, PAYMENT_NOTICES
from commerce.payments.ledger import Cause, Ledger
from commerce.payments.observation import Source
from commerce.payments.observe import Observer
from commerce.payments.settings import payment_rules
from commerce.payments.work import Hint, PaymentWork
from commerce.platform import aws
from commerce.platform.batch import Received, process_batch
from commerce.platform.breaker import ProviderBreaker
from commerce.platform.clock import SystemClock
from commerce.platform.config import setting
from commerce.platform.deadline import Deadline
from commerce.platform.errors import BadRequest
from commerce.platform.ids import RandomIds
from commerce.platform.lambda_types import BatchAnswer, Context, Event
from commerce.platform.observability import count, observed
from commerce.platform.outbox import DomainEvent

PROVIDER = "stripe"

sqs = aws.client("sqs")
dynamodb = aws.client("dynamodb")
clock = SystemClock()
rules = payment_rules()
ledger = Ledger(dynamodb, setting("COMMERCE_TABLE"), clock=clock, ids=RandomIds())
observer = Observer(ledger, rules, clock, count)
work = PaymentWork(
    ledger=ledger,
    observer=observer,
    gateway=StripeGateway.from_settings(),
    rules=rules,
    clock=clock,
    count=count,
)
breaker = ProviderBreaker(PROVIDER, table=setting("BREAKERS_TABLE"), client=dynamodb)


@observed
def handler(event: Event, context: Context) -> BatchAnswer:
    return process_batch(event, handle, context, client=sqs, queue=PROVIDER)


def handle(message: Received, deadline: Deadline) -> None:
    """One message, by its kind (the shapes are in docs/architecture.md, Queues)."""
    body = message.body
    correlation_id = str(body["correlation_id"])
    match body["kind"]:
        case "event":
            on_event(body["type"], body["event_id"], body["object_id"], body["payment_intent"], deadline)
        case "command":
            breaker.call(lambda: work.on_command(body["payment_id"], correlation_id, deadline))
        case "poll":
            work.on_due(body["payment_id"], correlation_id, deadline, guard=breaker.call)
        case kind:
            raise BadRequest(f"Nobody here handles messages of the kind {kind!r}.", code="unknown_message_kind")


def on_event(event_type: str, event_id: str, object_id: str, payment_intent: str | None, deadline: Deadline) -> None:
    if payment_intent is not None:
        hint = Hint(event_id, payment_intent, PAYMENT_NOTICES.get(event_type))
        breaker.call(lambda: work.on_hint(hint, event_id, deadline))
    elif event_type in METHOD_NOTICES:
        notice = DomainEvent(METHOD_NOTICES[event_type], SOURCE, {"provider": PROVIDER, "provider_ref": object_id})
        ledger.publish_once(notice, PROVIDER, Cause(Source.WEBHOOK, event_id, event_id))
    else:
        count("webhook_without_payment", provider=PROVIDER)
