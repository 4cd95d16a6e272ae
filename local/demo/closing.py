"""The end of the day: what must hold over all chapters, and the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from local.demo.day import Played, level
from local.demo.goods import written
from local.demo.providers import PROVIDERS, Account, accounts
from local.demo.shop import Shop

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
            str(chapter.provider_calls),
        )
        for number, chapter in enumerate(played, 1)
    ]
    teller.table(("", "chapter", "result", "ms", "AWS", "out"), rows, right=(3, 4, 5))
    teller.plain("     AWS, out: how often our functions called AWS, and those who take the money.")
    teller.heading("The providers' own books")
    teller.table(
        ("order", "at", "charges", "taken", "given back", "held", ""),
        [_row(account) for account in _accounts(shop)],
        right=(2, 3, 4, 5),
    )
    teller.plain()
    calls = Counter(call.service for call in shop.stack.calls if call.part == 0 and not call.by_source)
    parts = ", ".join(f"{_SERVICES.get(service, service)} {count}" for service, count in calls.most_common())
    webhooks = sum(len(shop.stack.outcomes(provider.webhook)) for provider in PROVIDERS)
    mails = len(shop.mail.look("mail"))
    teller.plain(f"  {calls.total()} AWS calls ({parts}), {webhooks} webhooks received, {mails} mails sent.")
    teller.plain(f"  {seconds:.1f} s in all.")


def _accounts(shop: Shop) -> list[Account]:
    """Every order's place in the books, in the order of their names."""
    found = [
        account
        for provider, controls in shop.controls.items()
        for account in accounts(provider, controls.look("books")["orders"])
    ]
    return sorted(found, key=lambda account: account.order_id)


def _row(account: Account) -> tuple[str, ...]:
    def money(amount: int) -> str:
        return written(amount, account.currency) if amount else "-"

    return (
        account.order_id,
        account.provider.title,
        str(account.charges),
        money(account.captured),
        money(account.refunded),
        money(account.held),
        account.verdict,
    )


def _money(shop: Shop) -> Iterator[str]:
    for provider, controls in shop.controls.items():
        yield from (
            f"The books of {provider.title}: {violation}." for violation in controls.look("books")["violations"]
        )
    for name, order in shop.stripe.look("books")["orders"].items():
        if order["payment_intents"] != 1:
            yield f"Stripe's books: {name} has {order['payment_intents']} PaymentIntents."
    for account in _accounts(shop):
        if account.charges != 1:
            yield f"{account.order_id} is charged {account.charges} times at {account.provider.title}."
        status = shop.api.ask("GET", f"/orders/{account.order_id}", token=shop.store_token).body["status"]
        if (status == "paid") != (account.kept > 0):
            yield f"{account.provider.title} keeps {account.kept} for {account.order_id}, which is {status} here."
    charged = Counter(account.order_id for account in _accounts(shop))
    yield from (f"{name} is charged at {times} providers." for name, times in charged.items() if times > 1)


def _mails(shop: Shop) -> Iterator[str]:
    orders = Counter(mail["custom_args"]["order_id"] for mail in shop.mail.look("mail"))
    for account in _accounts(shop):
        wanted = 1 if account.kept else 0
        if orders[account.order_id] != wanted:
            yield f"{orders[account.order_id]} receipts went out for {account.order_id}, not {wanted}."


def _machines(shop: Shop) -> Iterator[str]:
    sqs = shop.stack.aws("sqs")
    for queue in sqs.list_queues()["QueueUrls"]:
        found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
        if found["ApproximateNumberOfMessages"] != "0":
            yield f"{found['ApproximateNumberOfMessages']} messages wait in {queue.rpartition('/')[2]}."
    for provider, controls in shop.controls.items():
        for delivery in controls.look("webhooks")["failed"]:
            yield f"The webhook {delivery} of {provider.title} was refused."
    yield from (f"A function failed: {line}" for line in shop.stack.logs if level(line) in ("ERROR", "CRITICAL"))
