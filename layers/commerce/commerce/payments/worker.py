"""The worker of a provider's queue: webhook hints, commands, looks that are due; each is read back before it counts.

Shared by the providers' `worker.py`: what differs is the gateway, and how an event of theirs points to a payment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from commerce.payments.gateway import PaymentGateway
from commerce.payments.ledger import Ledger
from commerce.payments.observe import Observer
from commerce.payments.settings import payment_rules
from commerce.payments.work import Hint, PaymentWork
from commerce.platform.batch import Received
from commerce.platform.breaker import ProviderBreaker
from commerce.platform.clock import Clock, SystemClock
from commerce.platform.config import setting
from commerce.platform.deadline import Deadline
from commerce.platform.errors import BadRequest
from commerce.platform.ids import RandomIds
from commerce.platform.observability import count

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

type Locate = Callable[[Mapping[str, Any], Deadline], Hint | None]
"""The payment that an event's message points to; None when it belongs to none, and was seen to."""


class ProviderWorker:
    """Handles the messages of one queue; the shapes are in docs/architecture.md, Queues."""

    def __init__(
        self,
        works: Mapping[str, PaymentWork],
        breakers: Mapping[str, ProviderBreaker],
        *,
        locate: Locate,
        provider: str,
    ) -> None:
        """`provider` is whose webhooks the queue holds; `works` may know more that share the queue."""
        self._works = works
        self._breakers = breakers
        self._locate = locate
        self._provider = provider

    @classmethod
    def from_settings(
        cls, dynamodb: DynamoDBClient, *gateways: PaymentGateway, locate: Locate, clock: Clock | None = None
    ) -> ProviderWorker:
        """As this deployment is set up; the first of `gateways` is the one whose webhooks come in.

        Raises:
            ConfigurationError: `missing_setting`, `wrong_setting`.
        """
        clock = clock or SystemClock()
        rules = payment_rules()
        ledger = Ledger(dynamodb, setting("COMMERCE_TABLE"), clock=clock, ids=RandomIds())
        observer = Observer(ledger, rules, clock, count)
        works = {
            gateway.provider: PaymentWork(
                ledger=ledger, observer=observer, gateway=gateway, rules=rules, clock=clock, count=count
            )
            for gateway in gateways
        }
        breakers = {
            provider: ProviderBreaker(provider, table=setting("BREAKERS_TABLE"), client=dynamodb) for provider in works
        }
        return cls(works, breakers, locate=locate, provider=gateways[0].provider)

    def handle(self, message: Received, deadline: Deadline) -> None:
        """One message, by its kind."""
        body = message.body
        correlation_id = str(body["correlation_id"])
        provider = str(body.get("provider", self._provider))
        if provider not in self._works:
            raise BadRequest(f"This worker does not serve {provider!r}.", code="unknown_provider")
        work, breaker = self._works[provider], self._breakers[provider]
        match body["kind"]:
            case "event":
                breaker.call(lambda: self._on_event(work, body, correlation_id, deadline))
            case "command":
                breaker.call(lambda: work.on_command(body["payment_id"], correlation_id, deadline))
            case "poll":
                work.on_due(body["payment_id"], correlation_id, deadline, guard=breaker.call)
            case kind:
                raise BadRequest(f"Nobody here handles messages of the kind {kind!r}.", code="unknown_message_kind")

    def _on_event(self, work: PaymentWork, body: Mapping[str, Any], correlation_id: str, deadline: Deadline) -> None:
        hint = self._locate(body, deadline)
        if hint is None:
            count("webhook_without_payment", provider=self._provider)
            return
        work.on_hint(hint, correlation_id, deadline)
