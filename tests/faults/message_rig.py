"""A table in moto, a provider in process, and a switch that kills the worker at any step of a delivery."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import boto3
import requests
from moto import mock_aws

from commerce.messaging.confirmation import OrderConfirmation
from commerce.messaging.delivery import Delivery
from commerce.messaging.gateways.sendgrid.body import Sender, mail_body
from commerce.messaging.gateways.sendgrid.failures import failure_of
from commerce.messaging.mailer import Acceptance
from commerce.messaging.model import Mail, Mailbox, Message
from commerce.messaging.rendering import render_confirmation
from commerce.messaging.store import MessageStore
from commerce.platform.clock import ManualClock
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ProviderAmbiguous, ProviderUnavailable
from commerce.platform.ids import RandomIds
from local.sandboxes.kernel.adapter import WsgiAdapter
from local.sandboxes.sendgrid.sandbox import API_KEY, SEND, SendGridSandbox
from tests.unit.messaging.samples import CONFIRMATION, NOW

TABLE = "messages"
BASE = "https://sendgrid.example"
LEASE = timedelta(seconds=60)
SENDER = Sender(Mailbox("orders@store.example", "Casa do Café"))


class Killed(BaseException):
    """The process is gone: nothing after this runs, no handler catches it."""


class Killer:
    """Ends the worker at its n-th step; every call to the table and to the provider is a step before and one after."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.at: int | None = None

    def arm(self, at: int | None) -> None:
        self.steps, self.at = [], at

    def around[T](self, name: str, call: Callable[[], T]) -> T:
        self._step(f"before {name}")
        result = call()
        self._step(f"after {name}")
        return result

    def _step(self, name: str) -> None:
        self.steps.append(name)
        if self.at == len(self.steps) - 1:
            raise Killed(name)


class Table:
    """A DynamoDB client for one request at a time (moto's conditions are not atomic), with a step around each write."""

    def __init__(self, client: Any, killer: Killer) -> None:
        self._client = client
        self._killer = killer
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            def locked() -> Any:
                with self._lock:
                    return getattr(self._client, name)(**arguments)

            return locked() if name == "get_item" else self._killer.around(name, locked)

        return call


class SandboxMailer:
    """The mailer's own body and failure rules over the sandbox in process, without sockets."""

    provider = "sendgrid"

    def __init__(self, sandbox: SendGridSandbox, clock: ManualClock, killer: Killer) -> None:
        self._session = requests.Session()
        self._session.mount(BASE, WsgiAdapter(sandbox))
        self._clock = clock
        self._killer = killer
        self.during: Callable[[], object] = lambda: None
        """Happens while the call is under way."""

    def send(self, mail: Mail, *, deadline: Deadline) -> Acceptance:
        return self._killer.around("call", lambda: self._send(mail, deadline))

    def _send(self, mail: Mail, deadline: Deadline) -> Acceptance:
        during, self.during = self.during, lambda: None
        during()
        try:
            answer = self._session.post(
                BASE + SEND,
                json=mail_body(mail, SENDER),
                headers={"Authorization": f"Bearer {API_KEY}"},
                timeout=(1, deadline.remaining()),
            )
        except requests.ConnectTimeout as error:
            raise ProviderUnavailable("not reached", code="sendgrid_unreachable") from error
        except requests.RequestException as error:
            raise ProviderAmbiguous("no answer", code="sendgrid_no_answer") from error
        if answer.status_code != 202:
            raise failure_of(answer.status_code, answer.content, answer.headers, self._clock.now())
        return Acceptance(answer.headers["X-Message-Id"])


class Rig:
    """One store, one provider and as many workers as a test starts."""

    def __init__(self, client: Any) -> None:
        self.clock = ManualClock(NOW)
        self.killer = Killer()
        self.sandbox = SendGridSandbox(clock=self.clock)
        self.client = client
        self.store = MessageStore(Table(client, self.killer), TABLE)  # type: ignore[arg-type]  # a proxy of the client
        self.mailer = SandboxMailer(self.sandbox, self.clock, self.killer)
        self.reports: list[Message] = []
        self.delivery = Delivery(self.store, self.mailer, self.clock, RandomIds(), self.reports.append)

    def deliver(
        self,
        confirmation: OrderConfirmation = CONFIRMATION,
        *,
        seconds: float = 20,
        compose: Callable[[], Mail] | None = None,
    ) -> Message:
        return self.delivery.deliver(
            confirmation.request("cor_1"),
            compose or (lambda: render_confirmation(confirmation, "Casa do Café")),
            deadline=Deadline.after(seconds),
        )

    def row(self, confirmation: OrderConfirmation = CONFIRMATION) -> Message:
        return self.store.read(confirmation.request().message_id)

    @property
    def mails(self) -> int:
        return len(self.sandbox.state.sent)

    @property
    def calls(self) -> int:
        """Requests that reached the provider's door, whatever became of them."""
        return len(self.sandbox.journal.entries())


@contextmanager
def rig() -> Iterator[Rig]:
    with mock_aws():
        client = boto3.client(
            "dynamodb", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
        )
        client.create_table(
            TableName=TABLE,
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield Rig(client)
