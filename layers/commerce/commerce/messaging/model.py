"""What is known of a message, and the mail itself. The table holds the first: no address and no text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from commerce.messaging.status import MessageStatus
from commerce.platform.ids import derived_id

KEPT_FOR = timedelta(days=400)
"""Longer than any queue, dead-letter queue or event archive can bring the same event back."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail ready to be sent, in a provider's reach but in nobody's words.

    `category` groups mails in the provider's statistics; `message_id` and `order_id` travel with the mail so that
    the provider's events can name them.
    """

    message_id: str
    order_id: str
    category: str
    recipient: Mailbox
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class MessageRequest:
    """The wish to tell somebody something once.

    `fingerprint` is the SHA-256 of everything that is told and to whom; another one under the same key is refused.
    """

    event: str
    order_id: str
    template: str
    fingerprint: str
    correlation_id: str = ""

    @property
    def message_id(self) -> str:
        """The same for every delivery of the event, and for every event of this kind about the order."""
        return derived_id("msg", self.event, self.order_id, self.template)


@dataclass(frozen=True, slots=True)
class Message:
    """One message as the table keeps it.

    `attempt` counts the calls that were begun; it fences every write, so that only the worker that made a call
    records its outcome. `owner` names the claim that made it. `lease_until` is set while SENDING, `retry_at` while
    RETRY. `failure` is a code, never the provider's text: that may quote the recipient.
    """

    message_id: str
    event: str
    order_id: str
    template: str
    fingerprint: str
    status: MessageStatus
    attempt: int
    created_at: datetime
    updated_at: datetime
    correlation_id: str = ""
    owner: str | None = None
    lease_until: datetime | None = None
    retry_at: datetime | None = None
    provider: str | None = None
    provider_ref: str | None = None
    failure: str | None = None
    dry_run: bool = False

    @classmethod
    def of(cls, request: MessageRequest, now: datetime) -> Message:
        return cls(
            message_id=request.message_id,
            event=request.event,
            order_id=request.order_id,
            template=request.template,
            fingerprint=request.fingerprint,
            status=MessageStatus.PENDING,
            attempt=0,
            created_at=now,
            updated_at=now,
            correlation_id=request.correlation_id,
        )
