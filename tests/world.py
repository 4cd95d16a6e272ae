"""A store in one process: the real use cases, the real Stripe SDK, the strict sandbox, the template's tables in moto.

No sockets, no threads, one clock that moves only when told to. Every step that leaves the process (a write, a call to
the provider, a message) is a place where the process can be killed: `world.crash_at(n)`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests
import stripe

from commerce.orders.store import OrderStore
from commerce.payments.checkout import Checkout, CheckoutRequest
from commerce.payments.desk import PaymentDesk
from commerce.payments.gateways.stripe.client import stripe_client
from commerce.payments.gateways.stripe.events import EventTranslator
from commerce.payments.gateways.stripe.gateway import StripeGateway
from commerce.payments.gateways.stripe.notices import PAYMENT_NOTICES
from commerce.payments.gateways.stripe.signature import StripeSignature
from commerce.payments.late import LatePolicy
from commerce.payments.ledger import Ledger
from commerce.payments.methods.card import CardMethod
from commerce.payments.model import CheckoutChoices, Payment
from commerce.payments.observe import Observer, PaymentRules
from commerce.payments.poller import DuePoller
from commerce.payments.schedule import PollSchedule
from commerce.payments.work import Hint, PaymentWork
from commerce.platform.clock import ManualClock
from commerce.platform.deadline import Deadline
from commerce.platform.dynamodb import unmarshal
from commerce.platform.http import ProviderSession
from commerce.platform.idempotency import Answer, IdempotencyRecords, KeyedRequest
from commerce.platform.ids import RandomIds
from commerce.platform.webhooks import Webhook, receive
from local.sandboxes.kernel.adapter import WsgiAdapter
from local.sandboxes.kernel.webhooks import Delivery
from local.sandboxes.stripe.app import StripeSandbox
from tests.builders import NOW
from tests.lanes.lane import Lane

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from local.sandboxes.kernel.sandbox import Sandbox

TABLE = "CommerceTable"
STRIPE = "https://api.stripe.com"
_WRITES = frozenset({"transact_write_items", "put_item", "update_item", "delete_item"})


class Killed(BaseException):
    """The process died here. Not an Exception: no handler of ours may catch it."""


@dataclass
class Steps:
    """Counts the steps out of the process, and kills it before or after one of them."""

    kill_at: int | None = None
    after: bool = False
    taken: int = 0
    names: list[str] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        self.taken += 1
        self.names.append(name)
        doomed = self.taken == self.kill_at
        if doomed and not self.after:
            raise Killed(f"before {name}")
        yield
        if doomed:
            raise Killed(f"after {name}")


class _WatchedClient:
    """A DynamoDB client whose writes are steps."""

    def __init__(self, client: DynamoDBClient, steps: Steps) -> None:
        self._client = client
        self._steps = steps

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)
        if name not in _WRITES:
            return method

        def stepped(**arguments: Any) -> Any:
            with self._steps.step(name):
                return method(**arguments)

        return stepped


class _WatchedAdapter(WsgiAdapter):
    """The way to the sandbox; every request is a step."""

    steps: Steps

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        with self.steps.step(f"{request.method} {request.path_url}"):
            return super().send(request, *args, **kwargs)


class World:
    """One store with its provider; `act` runs something as one process that may die."""

    def __init__(
        self,
        client: DynamoDBClient,
        *,
        late_policy: LatePolicy = LatePolicy.REFUND,
        lanes: Sequence[type[Lane]] = (),
    ) -> None:
        """`lanes` are the providers beside Stripe."""
        self.clock = ManualClock(NOW)
        self.steps = Steps()
        self.client = client
        self.sandbox = StripeSandbox(clock=self.clock)
        self.queue: list[Mapping[str, object]] = []
        self.dead_letters: list[Mapping[str, object]] = []
        self.alarms: list[str] = []
        self.customer_ref: str | None = None
        self.publishable_key: Callable[[], str] = lambda: "pk_test_sandbox"
        watched: Any = _WatchedClient(client, self.steps)
        self.enqueuers = dict.fromkeys(["stripe", *(lane.provider for lane in lanes)], self.enqueue)
        self.rules = PaymentRules(livemode=False, late_policy=late_policy, schedule=PollSchedule())
        self.orders = OrderStore(watched, TABLE, clock=self.clock, ids=RandomIds())
        self.ledger = Ledger(watched, TABLE, clock=self.clock, ids=RandomIds())
        self.observer = Observer(self.ledger, self.rules, self.clock, self.alarms.append)
        self.records = IdempotencyRecords(watched, "IdempotencyTable", self.clock)
        self.adapter = self.watched(self.sandbox)
        self.gateway = StripeGateway(lambda: self.stripe, self.clock)
        self.stripe = self._client()
        self.checkout_desk = Checkout(
            orders=self.orders,
            ledger=self.ledger,
            observer=self.observer,
            records=self.records,
            gateway=self.gateway,
            method=CardMethod(
                publishable_key=lambda: self.publishable_key(),  # noqa: PLW0108 - a test may change it later
                customer_of=lambda _: self.customer_ref,
            ),
            table=TABLE,
            clock=self.clock,
            enqueue=self.enqueuers,
        )
        self.desk = PaymentDesk(
            ledger=self.ledger,
            observer=self.observer,
            records=self.records,
            clock=self.clock,
            enqueue=self.enqueuers,
            count=self.alarms.append,
        )
        self.work = PaymentWork(
            ledger=self.ledger,
            observer=self.observer,
            gateway=self.gateway,
            rules=self.rules,
            clock=self.clock,
            count=self.alarms.append,
        )
        self.poller = DuePoller(
            watched,
            TABLE,
            clock=self.clock,
            enqueue=dict.fromkeys(self.enqueuers, self.enqueue_many),
            budget=500,
            is_open=lambda _: False,
            jitter=lambda: 0.0,
        )
        self.webhook = Webhook(
            provider="stripe",
            verifier=StripeSignature(lambda: ["whsec_sandbox"]),
            translate=EventTranslator(live_mode=False),
            enqueue=self.enqueue,
            clock=self.clock,
        )

        self.lanes = {lane.provider: lane(self) for lane in lanes}
        self._senders: dict[str, Lane] = {}

    def watched(self, sandbox: Sandbox[Any]) -> WsgiAdapter:
        """A way to a sandbox on which every request is a step."""
        adapter = _WatchedAdapter(sandbox)
        adapter.steps = self.steps
        return adapter

    def _client(self) -> stripe.StripeClient:
        session = ProviderSession(STRIPE, provider="stripe")
        session.mount("https://", self.adapter)
        return stripe_client("sk_test_sandbox", STRIPE, session, live_mode=False)

    def enqueue(self, message: Mapping[str, object]) -> None:
        with self.steps.step("send_message"):
            self.queue.append(message)

    def enqueue_many(self, messages: Sequence[Mapping[str, object]]) -> None:
        with self.steps.step("send_message_batch"):
            self.queue.extend(messages)

    def act[T](self, run: Callable[[], T], *, kill_at: int | None = None, after: bool = False) -> T | Killed:
        """Run as one process; with `kill_at`, die at that step and leave everything as it is there."""
        self.steps.kill_at, self.steps.after, self.steps.taken = kill_at, after, 0
        self.steps.names.clear()
        try:
            return run()
        except Killed as killed:
            return killed
        finally:
            self.steps.kill_at = None

    def checkout(self, order_id: str = "order-1", *, key: str = "key-1", **choices: Any) -> Answer:
        """What POST /checkout/card does."""
        keyed = KeyedRequest.of(route="checkout/card", caller="user-1", key=key, body=[order_id, str(choices)])
        request = CheckoutRequest(order_id, CheckoutChoices(**choices), keyed, "req-checkout")
        return self.checkout_desk.pay(request, authorize=lambda _: None, deadline=deadline())

    def refund(self, payment_id: str, refund_id: str, amount: int | None, *, key: str | None = None) -> Answer:
        """What POST /payments/{id}/refunds does."""
        keyed = KeyedRequest.of(
            route=f"refund:{payment_id}", caller="op", key=key or refund_id, body=[refund_id, amount]
        )
        return self.desk.refund(payment_id, keyed, "req-refund", refund_id=refund_id, amount=amount, reason=None)

    def cancel(self, payment_id: str, *, key: str = "cancel-1") -> Answer:
        keyed = KeyedRequest.of(route=f"cancel:{payment_id}", caller="op", key=key, body=[])
        return self.desk.cancel(payment_id, keyed, "req-cancel", reason="changed_mind")

    def capture(self, payment_id: str, amount: int | None, *, capture_id: str = "c1") -> Answer:
        keyed = KeyedRequest.of(route=f"capture:{payment_id}", caller="op", key=capture_id, body=[amount])
        return self.desk.capture(payment_id, keyed, "req-capture", capture_id=capture_id, amount=amount)

    def browser_pays(self, answer: Answer, method: str = "pm_card_visa") -> Any:
        """The buyer's browser confirms with the client secret; what Stripe answers it."""
        intent_id, secret = self.intent_of(answer), answer.body["client_secret"]
        return self.at_stripe(
            "POST", f"/v1/payment_intents/{intent_id}/confirm", client_secret=secret, payment_method=method
        )

    def at_stripe(self, method: str, path: str, *, key: str = "pk_test_sandbox", **fields: str) -> Any:
        """A request that is none of ours: the browser's, the dashboard's, a control route of the sandbox."""
        with requests.Session() as session:
            session.mount("https://", WsgiAdapter(self.sandbox))
            headers = {"Authorization": f"Bearer {key}"}
            if path.startswith("/_sandbox"):
                return session.request(method, STRIPE + path, json=fields, headers=headers).json()
            return session.request(method, STRIPE + path, data=fields, headers=headers).json()

    def intent_of(self, answer: Answer) -> str:
        return str(answer.body["client_secret"]).split("_secret_")[0]

    def webhooks(self) -> list[Delivery]:
        """Everything that the providers want to tell us, in their order."""
        waiting = self.sandbox.webhooks.drain()
        for lane in self.lanes.values():
            told = lane.sandbox.webhooks.drain()
            self._senders.update(dict.fromkeys((delivery.id for delivery in told), lane))
            waiting += told
        return waiting

    def receive(self, delivery: Delivery) -> int:
        """What the function URL does with one webhook; its status."""
        if delivery.id in self._senders:
            return self._senders[delivery.id].receive(delivery)
        event = {
            "body": delivery.body.decode(),
            "isBase64Encoded": False,
            "headers": delivery.headers(self.clock.now()),
            "requestContext": {"http": {"method": "POST"}, "requestId": "req-webhook"},
        }
        status: int = receive(self.webhook, event)["statusCode"]
        return status

    def work_on(self, message: Mapping[str, object]) -> None:
        """What a worker does with one message of its queue."""
        body: Any = message
        if body.get("provider") in self.lanes:
            self.lanes[body["provider"]].work_on(body, deadline())
            return
        match body["kind"]:
            case "event":
                if body["payment_intent"] is not None:
                    hint = Hint(body["event_id"], body["payment_intent"], PAYMENT_NOTICES.get(body["type"]))
                    self.work.on_hint(hint, body["event_id"], deadline())
            case "command":
                self.work.on_command(body["payment_id"], "req-command", deadline())
            case "poll":
                self.work.on_due(body["payment_id"], "req-poll", deadline(), guard=lambda look: look())

    def drain_queue(self) -> None:
        while self.queue:
            self.work_on(self.queue.pop(0))

    def settle(self, rounds: int = 12) -> None:
        """Let the clockwork run, without faults, until nothing is due any more."""
        self.sandbox.faults.clear()
        for lane in self.lanes.values():
            lane.sandbox.faults.clear()
        # A provider that was found down is left alone for a moment.
        self.clock.advance(60)
        for _ in range(rounds):
            for delivery in self.webhooks():
                self.receive(delivery)
            self.drain_queue()
            self.clock.advance(180)
            self.poller.run("req-poll", deadline())
            self.drain_queue()
            self.clock.advance(600)

    def run_late(self) -> None:
        """Requests that reach their provider after their caller gave up."""
        for adapter in (self.adapter, *(lane.adapter for lane in self.lanes.values())):
            adapter.run_late()

    def all_books(self) -> list[Any]:
        """What the books of every provider say."""
        return [self.books(), *(lane.sandbox.books() for lane in self.lanes.values())]

    def payment(self, answer: Answer) -> Payment:
        return self.load(answer.body["payment"]["payment_id"])

    def load(self, payment_id: str) -> Payment:
        found = self.ledger.load(payment_id)
        assert found is not None
        return found

    def events(self) -> list[dict[str, Any]]:
        """Everything in the outbox, oldest first."""
        rows = [unmarshal(item) for item in self.client.scan(TableName=TABLE)["Items"]]
        told = [json.loads(row["payload"]) for row in rows if row.get("kind") == "outbox"]
        return sorted(told, key=lambda event: event["occurred_at"])

    def books(self) -> Any:
        """What the provider's own books say."""
        return self.at_stripe("GET", "/_sandbox/books")


def deadline() -> Deadline:
    return Deadline.after(20.0)
