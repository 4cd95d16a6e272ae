"""The table of messages: one row per message, changed only by conditional writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from commerce.messaging.model import KEPT_FOR, Message
from commerce.messaging.status import MessageStatus, sources
from commerce.platform.clock import iso, parse_iso
from commerce.platform.dynamodb import get, put, update, write
from commerce.platform.errors import StoreUnavailable, VersionConflict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

_TIMES = ("created_at", "updated_at", "lease_until", "retry_at")
_CHANGING = ("attempt", "owner", "lease_until", "retry_at", "provider", "provider_ref", "failure", "dry_run")


class MessageStore:
    """Reads and moves messages.

    Every move names the states it may start from (`status.MOVES`) and the attempt it belongs to, so a worker that
    was overtaken cannot write. A move that DynamoDB took but whose answer was lost is recognised and is a success.
    """

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def open(self, message: Message) -> Message:
        """Write the row if there is none; returns what the table holds: this message, or the one before it."""
        try:
            write(self._client, put(self._table, _to_row(message), condition="attribute_not_exists(pk)"))
        except VersionConflict:
            return self.read(message.message_id)
        return message

    def read(self, message_id: str) -> Message:
        """The row as it is now.

        Raises:
            StoreUnavailable: it vanished between two reads (its expiry): a repeat starts afresh.
        """
        row = get(self._client, self._table, {"pk": message_id})
        if row is None:
            raise StoreUnavailable(f"Message {message_id} expired while it was read. Try again.")
        return _from_row(row)

    def claim(self, message: Message, *, owner: str, now: datetime, lease_until: datetime) -> Message:
        """PENDING or RETRY to SENDING, for the one caller whose write comes first.

        Args:
            owner: unique to this claim.

        Raises:
            VersionConflict: somebody else claimed it, or it is done.
        """
        claimed = replace(
            message,
            status=MessageStatus.SENDING,
            attempt=message.attempt + 1,
            owner=owner,
            updated_at=now,
            lease_until=lease_until,
            retry_at=None,
            failure=None,
        )
        return self._move(message, claimed)

    def finish(
        self,
        message: Message,
        status: MessageStatus,
        *,
        now: datetime,
        retry_at: datetime | None = None,
        provider: str | None = None,
        provider_ref: str | None = None,
        failure: str | None = None,
        dry_run: bool = False,
    ) -> Message:
        """Record how an attempt ended.

        Raises:
            VersionConflict: the message has moved on, or may not move there.
        """
        finished = replace(
            message,
            status=status,
            updated_at=now,
            lease_until=None,
            retry_at=retry_at,
            provider=provider or message.provider,
            provider_ref=provider_ref,
            failure=failure,
            dry_run=dry_run,
        )
        return self._move(message, finished)

    def _move(self, before: Message, after: Message) -> Message:
        row = _to_row(after)
        sets = {name: row[name] for name in ("status", "updated_at", *_CHANGING) if name in row}
        removes = [name for name in _CHANGING if name not in row]
        allowed = {f":from_{number}": state.value for number, state in enumerate(sources(after.status))}
        change = ", ".join(f"#{name} = :{name}" for name in sets)
        entry = update(
            self._table,
            {"pk": after.message_id},
            f"SET {change} REMOVE {', '.join(f'#{name}' for name in removes)}",
            condition=f"#attempt = :before AND #status IN ({', '.join(allowed)})",
            names={f"#{name}": name for name in (*sets, *removes)},
            values={":before": before.attempt, **{f":{name}": value for name, value in sets.items()}, **allowed},
        )
        try:
            write(self._client, entry)
        except VersionConflict:
            # The AWS client repeats a write whose answer was lost; the repeat then meets our own first write.
            if _to_row(self.read(after.message_id)) != _to_row(after):
                raise
        return after


def _to_row(message: Message) -> dict[str, Any]:
    row: dict[str, Any] = {
        "pk": message.message_id,
        "event": message.event,
        "order_id": message.order_id,
        "template": message.template,
        "fingerprint": message.fingerprint,
        "status": message.status.value,
        "attempt": message.attempt,
        "correlation_id": message.correlation_id,
        "owner": message.owner,
        "provider": message.provider,
        "provider_ref": message.provider_ref,
        "failure": message.failure,
        "dry_run": message.dry_run or None,
        "expires_at": int((message.created_at + KEPT_FOR).timestamp()),
    }
    times = {name: getattr(message, name) for name in _TIMES}
    row.update({name: iso(moment) for name, moment in times.items() if moment is not None})
    return {name: value for name, value in row.items() if value is not None}


def _from_row(row: Mapping[str, Any]) -> Message:
    return Message(
        message_id=row["pk"],
        event=row["event"],
        order_id=row["order_id"],
        template=row["template"],
        fingerprint=row["fingerprint"],
        status=MessageStatus(row["status"]),
        attempt=row["attempt"],
        created_at=parse_iso(row["created_at"]),
        updated_at=parse_iso(row["updated_at"]),
        correlation_id=row.get("correlation_id", ""),
        owner=row.get("owner"),
        lease_until=_time(row, "lease_until"),
        retry_at=_time(row, "retry_at"),
        provider=row.get("provider"),
        provider_ref=row.get("provider_ref"),
        failure=row.get("failure"),
        dry_run=row.get("dry_run", False),
    )


def _time(row: Mapping[str, Any], name: str) -> datetime | None:
    return parse_iso(row[name]) if name in row else None
