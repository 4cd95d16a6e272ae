"""The end of the day: what must hold over all chapters, and the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from local.demo.day import Played, level
from local.demo.goods import written
from local.demo.shop import Json, Shop

_DEAD_ENDS = (
    "StripeDeadLetters",
    "EmailDeadLetters",
    "GeocodeDeadLetters",
    "OutboxFailuresQueue",
    "ScheduleFailuresQueue",
)
_SERVICES = {"dynamodb": "DynamoDB", "sqs": "SQS", "events": "EventBridge", "secretsmanager": "Secrets Manager"}


def faults_of_the_day(shop: Shop) -> list[str]:
    """Everything that is not as it should be, in words; empty after a good day."""
    return [*_money(shop), *_mails(shop), *_machines(shop)]


def summary(shop: Shop, played: Sequence[Played], seconds: float) -> None:
    """The tables; `seconds` is how long the whole day took."""
    teller = shop.teller
    teller.heading("What happened")
    rows = [
        (
            str(number),
            chapter.title,
            chapter.result if chapter.went_well else "NOT AS IT SHOULD BE",
            f"{chapter.seconds * 1000:.0f}",
            str(chapter.aws_calls),
            str(chapter.stripe_calls),
        )
        for number, chapter in enumerate(played, 1)
    ]
    teller.table(("", "chapter", "result", "ms", "AWS", "Stripe"), rows, right=(3, 4, 5))
    teller.plain("     AWS and Stripe: how often our functions called them.")
    teller.heading("Stripe's own books")
    teller.table(
        ("order", "charges", "taken", "given back", "held", ""),
        [_row(name, order) for name, order in shop.stripe.look("books")["orders"].items()],
        right=(1, 2, 3, 4),
    )
    teller.plain()
    calls = Counter(call.service for call in shop.stack.calls if call.part == 0 and not call.by_source)
    parts = ", ".join(f"{_SERVICES.get(service, service)} {count}" for service, count in calls.most_common())
    webhooks = len(shop.stack.outcomes("StripeWebhookFunction"))
    mails = len(shop.mail.look("mail"))
    teller.plain(f"  {calls.total()} AWS calls ({parts}), {webhooks} webhooks received, {mails} mails sent.")
    teller.plain(f"  {seconds:.1f} s in all.")


def _row(name: str, order: Json) -> tuple[str, ...]:
    def money(amount: int) -> str:
        return written(amount, order["currency"].upper()) if amount else "-"

    verdict = "charged once" if len(order["charges"]) == 1 else "NOT CHARGED ONCE"
    return (
        name,
        str(len(order["charges"])),
        money(order["captured"]),
        money(order["refunded"]),
        money(order["authorized"]),
        verdict,
    )


def _money(shop: Shop) -> Iterator[str]:
    books = shop.stripe.look("books")
    yield from (f"Stripe's books: {violation}." for violation in books["violations"])
    for name, order in books["orders"].items():
        if (len(order["charges"]), order["payment_intents"]) != (1, 1):
            yield f"Stripe's books: {name} has {order['payment_intents']} PaymentIntents and {order['charges']}."
        status = shop.api.ask("GET", f"/orders/{name}", token=shop.store_token).body["status"]
        if status != "paid":
            yield f"{name} is charged at Stripe, and {status} here."


def _mails(shop: Shop) -> Iterator[str]:
    orders = Counter(mail["custom_args"]["order_id"] for mail in shop.mail.look("mail"))
    for name in shop.stripe.look("books")["orders"]:
        if orders[name] != 1:
            yield f"{orders[name]} receipts went out for {name}."


def _machines(shop: Shop) -> Iterator[str]:
    sqs = shop.stack.aws("sqs")
    for queue in _DEAD_ENDS:
        found = sqs.get_queue_attributes(QueueUrl=shop.stack.resource(queue), AttributeNames=["All"])["Attributes"]
        if found["ApproximateNumberOfMessages"] != "0":
            yield f"{found['ApproximateNumberOfMessages']} messages wait in {queue}."
    for delivery in shop.stripe.look("webhooks")["failed"]:
        yield f"The webhook {delivery} was refused."
    yield from (f"A function failed: {line}" for line in shop.stack.logs if level(line) in ("ERROR", "CRITICAL"))
