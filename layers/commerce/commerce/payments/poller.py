"""The clockwork: which payments are due, claimed one by one and handed to their provider's worker (PAY-22).

Only rows in the sparse index are read, so the cost follows what is due, not what is kept. A claim moves the row's
`due_at` ahead under the condition that nobody else did; when the worker never comes to it, the row is due again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from commerce.payments.codec import DUE_SHARDS, payment_key
from commerce.payments.messages import poll_message
from commerce.platform import dynamodb
from commerce.platform.clock import Clock, iso
from commerce.platform.deadline import Deadline
from commerce.platform.errors import VersionConflict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LEASE = timedelta(seconds=120)
MOST_DOUBLINGS = 3
"""A claim that nobody answered makes the next one wait longer, up to 16 minutes: a backlog must not feed itself."""
JITTER_SECONDS = 30
INDEX = "due"

type EnqueueMany = Callable[[Sequence[Mapping[str, object]]], None]


@dataclass(frozen=True, slots=True)
class PollReport:
    """What one run did, by provider: rows claimed, rows that another run had taken."""

    claimed: Mapping[str, int]
    lost: int


@dataclass(frozen=True, slots=True)
class _DueRow:
    """A row of the index; `claims` counts those that no worker has answered by writing the payment again."""

    payment_id: str
    due_at: str
    claims: int


class DuePoller:
    """Claims what is due and queues it.

    Args:
        enqueue: by provider, puts messages on its queue.
        budget: rows per provider and run; the rest is due still, a minute later.
        is_open: whether the provider's circuit is open, so that asking now would be in vain.
        jitter: a number in [0, 1); spreads what was claimed together.
    """

    def __init__(
        self,
        client: DynamoDBClient,
        table: str,
        *,
        clock: Clock,
        enqueue: Mapping[str, EnqueueMany],
        budget: int,
        is_open: Callable[[str], bool],
        jitter: Callable[[], float],
    ) -> None:
        self._client = client
        self._table = table
        self._clock = clock
        self._enqueue = enqueue
        self._budget = budget
        self._is_open = is_open
        self._jitter = jitter

    def run(self, correlation_id: str, deadline: Deadline) -> PollReport:
        """One pass over every provider; stops in time and leaves the rest due."""
        claimed: dict[str, int] = {}
        lost = 0
        for provider in self._enqueue:
            if self._is_open(provider):
                continue
            taken, missed = self._run_provider(provider, correlation_id, deadline)
            claimed[provider] = taken
            lost += missed
        return PollReport(claimed, lost)

    def _run_provider(self, provider: str, correlation_id: str, deadline: Deadline) -> tuple[int, int]:
        taken = lost = 0
        for shard in range(DUE_SHARDS):
            batch: list[Mapping[str, object]] = []
            for row in self._due(f"{provider}#{shard}", self._budget - taken):
                if deadline.remaining() <= 0:
                    break
                if not self._claim(row):
                    lost += 1
                    continue
                taken += 1
                batch.append(poll_message(provider, row.payment_id, correlation_id))
            if batch:
                self._enqueue[provider](batch)
        return taken, lost

    def _due(self, shard: str, limit: int) -> list[_DueRow]:
        if limit <= 0:
            return []
        rows = dynamodb.query(
            self._client,
            self._table,
            "due_shard = :shard AND due_at <= :now",
            {":shard": shard, ":now": iso(self._clock.now())},
            index=INDEX,
            limit=limit,
        )
        return [_DueRow(row["payment_id"], row["due_at"], row.get("claims", 0)) for row in rows]

    def _claim(self, row: _DueRow) -> bool:
        seconds = LEASE.total_seconds() * 2 ** min(row.claims, MOST_DOUBLINGS) + self._jitter() * JITTER_SECONDS
        entry = dynamodb.update(
            self._table,
            payment_key(row.payment_id),
            "SET due_at = :lease, claims = :claims",
            condition="due_at = :seen",
            values={
                ":lease": iso(self._clock.now() + timedelta(seconds=seconds)),
                ":claims": row.claims + 1,
                ":seen": row.due_at,
            },
        )
        try:
            dynamodb.write(self._client, entry)
        except VersionConflict:
            return False
        return True
