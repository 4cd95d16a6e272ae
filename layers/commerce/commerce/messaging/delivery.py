"""Claim, send, record: one message, at most one provider call that may have been accepted (MSG-01 to MSG-03).

Where a crash falls decides what the next delivery of the same event finds:

    before the claim      PENDING or RETRY              it is sent
    after the claim       SENDING, its lease runs out   UNKNOWN: nobody can tell whether the call was made
    after the record      ACCEPTED or REJECTED          nothing is left to do
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil

from commerce.messaging.mailer import Mailer
from commerce.messaging.model import Mail, Message, MessageRequest
from commerce.messaging.status import DONE, MessageStatus
from commerce.messaging.store import MessageStore
from commerce.platform.clock import Clock
from commerce.platform.deadline import Deadline
from commerce.platform.errors import (
    ConfigurationError,
    Conflict,
    ProviderAmbiguous,
    ProviderRefused,
    ProviderUnavailable,
    RequestError,
    VersionConflict,
)
from commerce.platform.ids import Ids

LEASE_MARGIN = timedelta(seconds=30)
"""Beyond the call's own deadline, so that a slow record is not taken for a crash."""

CALL_SECONDS = 3.0
"""With less than this left no call is begun: it would only end as UNKNOWN."""

BACKOFF_SECONDS = (30, 120, 300, 600, 900)
"""Until the next try when the provider names no time; 15 minutes is as long as it ever gets."""


class Delivery:
    """Sends messages that are asked for once, more than once, at the same time, or again after a crash.

    Args:
        report: told of every state that was recorded here; it counts and logs.
    """

    def __init__(
        self, store: MessageStore, mailer: Mailer, clock: Clock, ids: Ids, report: Callable[[Message], None]
    ) -> None:
        self._store = store
        self._mailer = mailer
        self._clock = clock
        self._ids = ids
        self._report = report

    def deliver(self, request: MessageRequest, compose: Callable[[], Mail], *, deadline: Deadline) -> Message:
        """The message in the state in which this call leaves it: ACCEPTED, REJECTED or UNKNOWN.

        Args:
            compose: renders the mail; called only if it is going to be sent.

        Raises:
            Conflict: `message_changed`, the same key with another content.
            VersionConflict: `message_in_flight`, another worker is sending it; come back after `retry_after`.
            ProviderUnavailable, ConfigurationError: provably not sent (RETRY); come back after `retry_after`.
            StoreError: our own table could not be read or written.
        """
        message = self._store.open(Message.of(request, self._clock.now()))
        if message.fingerprint != request.fingerprint:
            raise Conflict(
                f"Message {message.message_id} (order {message.order_id}) was begun with another content; it is not "
                "sent again. Compare the order with the event before you delete the row to send anew.",
                code="message_changed",
            )
        if message.status in DONE:
            return message
        if message.status is MessageStatus.SENDING:
            return self._abandon(message)
        return self._attempt(message, compose, deadline)

    def _abandon(self, message: Message) -> Message:
        now = self._clock.now()
        if message.lease_until is not None and message.lease_until > now:
            raise VersionConflict(
                f"Message {message.message_id} is being sent by another worker.",
                code="message_in_flight",
                retry_after=_seconds_until(message.lease_until, now),
            )
        return self._finish(message, MessageStatus.UNKNOWN, failure="worker_lost")

    def _attempt(self, message: Message, compose: Callable[[], Mail], deadline: Deadline) -> Message:
        now = self._clock.now()
        if message.retry_at is not None and message.retry_at > now:
            raise ProviderUnavailable(
                f"Message {message.message_id} is not due before its next try.",
                code="message_not_due",
                retry_after=_seconds_until(message.retry_at, now),
            )
        if deadline.remaining() < CALL_SECONDS:
            raise ProviderUnavailable(
                f"Message {message.message_id} was not begun: too little of the invocation was left.",
                code="out_of_time",
                retry_after=1,
            )
        try:
            mail = compose()
        except RequestError as error:
            return self._finish(message, MessageStatus.REJECTED, failure=error.code)
        lease = timedelta(seconds=deadline.remaining()) + LEASE_MARGIN
        claimed = self._store.claim(message, owner=self._ids.new("clm"), now=now, lease_until=now + lease)
        return self._send(claimed, mail, deadline)

    def _send(self, message: Message, mail: Mail, deadline: Deadline) -> Message:
        try:
            acceptance = self._mailer.send(mail, deadline=deadline)
        except ProviderRefused as error:
            return self._finish(message, MessageStatus.REJECTED, failure=error.code)
        except ProviderAmbiguous as error:
            return self._finish(message, MessageStatus.UNKNOWN, failure=error.code)
        except (ProviderUnavailable, ConfigurationError) as error:
            error.retry_after = error.retry_after or BACKOFF_SECONDS[min(message.attempt, len(BACKOFF_SECONDS)) - 1]
            at = self._clock.now() + timedelta(seconds=error.retry_after)
            self._finish(message, MessageStatus.RETRY, retry_at=at, failure=error.code)
            raise
        return self._finish(
            message,
            MessageStatus.ACCEPTED,
            provider_ref=acceptance.provider_ref,
            dry_run=acceptance.dry_run,
        )

    def _finish(
        self,
        message: Message,
        status: MessageStatus,
        *,
        failure: str | None = None,
        retry_at: datetime | None = None,
        provider_ref: str | None = None,
        dry_run: bool = False,
    ) -> Message:
        finished = self._store.finish(
            message,
            status,
            now=self._clock.now(),
            retry_at=retry_at,
            provider=self._mailer.provider if message.attempt else None,
            provider_ref=provider_ref,
            failure=failure,
            dry_run=dry_run,
        )
        self._report(finished)
        return finished


def _seconds_until(moment: datetime, now: datetime) -> int:
    return ceil((moment - now).total_seconds())
