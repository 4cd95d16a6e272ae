"""One provider's way through a store in one process: checkout, worker and webhook over its sandbox."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from commerce.payments.checkout import Checkout, CheckoutRequest
from commerce.payments.gateway import PaymentGateway
from commerce.payments.methods.method import CheckoutMethod
from commerce.payments.model import CheckoutChoices, Payment
from commerce.payments.work import Hint, PaymentWork
from commerce.platform.deadline import Deadline
from commerce.platform.idempotency import Answer, KeyedRequest
from commerce.platform.webhooks import Translate, Verifier, Webhook, receive

if TYPE_CHECKING:
    from local.sandboxes.kernel.sandbox import Sandbox
    from local.sandboxes.kernel.webhooks import Delivery
    from tests.world import World


class Lane(ABC):
    """Subclass it for a provider: `provider`, and what is abstract here."""

    provider: str
    doors: tuple[Verifier, Translate] | None = None
    """How its webhooks are verified and read; None for one that sends none."""

    refunds: bool = True
    """Whether its API sends money back."""
    authorizes: bool = False
    """Whether money can be reserved first and taken later."""
    cancels: bool = True
    """Whether an open attempt can be ended before its time."""
    repeats: bool = True
    """Whether the creating call may be repeated, or its object found, when the answer was lost."""
    pays_late: bool = False
    """Whether its buyers can pay an attempt that is over."""
    seconds_between_looks: float = 200
    looks_until_over: int = 20

    def __init__(self, world: World) -> None:
        self.world = world
        self.sandbox: Sandbox[Any] = self.open_sandbox()
        self.adapter = world.watched(self.sandbox)
        self.gateway = self.open_gateway()
        self.method = self.open_method()
        self.desk = Checkout(
            orders=world.orders,
            ledger=world.ledger,
            observer=world.observer,
            records=world.records,
            gateway=self.gateway,
            method=self.method,
            table="CommerceTable",
            clock=world.clock,
            enqueue=world.enqueuers,
        )
        self.work = PaymentWork(
            ledger=world.ledger,
            observer=world.observer,
            gateway=self.gateway,
            rules=world.rules,
            clock=world.clock,
            count=world.alarms.append,
        )

    @abstractmethod
    def open_sandbox(self) -> Sandbox[Any]: ...

    @abstractmethod
    def open_gateway(self) -> PaymentGateway: ...

    @abstractmethod
    def open_method(self) -> CheckoutMethod: ...

    @abstractmethod
    def buyer_pays(self, payment: Payment) -> None:
        """The buyer does their part; ValueError when the provider does not let them."""

    def buyer_acts(self, payment: Payment, how: int) -> None:  # noqa: ARG002 - there is more than one way for some
        """Something that a buyer or their bank may do, out of ten things; what the provider forbids does not happen."""
        with suppress(ValueError, LookupError):
            self.buyer_pays(payment)

    def settles(self) -> None:  # noqa: B027 - most decide at once
        """The provider decides what it still had under way."""

    def buyer_pays_late(self, payment: Payment) -> None:
        """The buyer pays an attempt that is over."""
        raise NotImplementedError(f"{self.provider} lets nobody pay an attempt that is over")

    def locate(self, message: Mapping[str, Any]) -> Hint | None:
        """The payment that an event's message points to."""
        raise NotImplementedError(f"{self.provider} sends no webhooks")

    def checkout(self, order_id: str, *, key: str, **choices: Any) -> Answer:
        """What POST /checkout/<method> does."""
        route = f"checkout/{self.method.name}"
        keyed = KeyedRequest.of(route=route, caller="user-1", key=key, body=[order_id, str(choices)])
        request = CheckoutRequest(order_id, CheckoutChoices(**choices), keyed, "req-checkout")
        return self.desk.pay(request, authorize=lambda _: None, deadline=Deadline.after(20.0))

    def receive(self, delivery: Delivery) -> int:
        """What the function URL does with one webhook; its status."""
        assert self.doors is not None
        verifier, translate = self.doors
        webhook = Webhook(
            provider=self.provider,
            verifier=verifier,
            translate=translate,
            enqueue=self.world.enqueue,
            clock=self.world.clock,
        )
        url = urlsplit(delivery.endpoint.url or "")
        event = {
            "body": delivery.body.decode(),
            "isBase64Encoded": False,
            "headers": delivery.headers(self.world.clock.now()),
            "rawPath": url.path or "/",
            "queryStringParameters": dict(parse_qsl(url.query)),
            "requestContext": {"http": {"method": "POST"}, "requestId": "req-webhook"},
        }
        status: int = receive(webhook, event)["statusCode"]
        return status

    def work_on(self, body: Mapping[str, Any], deadline: Deadline) -> None:
        """What its worker does with one message of its queue."""
        match body["kind"]:
            case "event":
                hint = self.locate(body)
                if hint is not None:
                    self.work.on_hint(hint, str(body["correlation_id"]), deadline)
            case "command":
                self.work.on_command(body["payment_id"], "req-command", deadline)
            case "poll":
                self.work.on_due(body["payment_id"], "req-poll", deadline, guard=lambda look: look())
