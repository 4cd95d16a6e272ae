"""What a client's `Idempotency-Key` stands for: one body, one answer (PAY-03).

The record is claimed in the same transaction as the work it names, and keeps the answer once there is a definite one.
It lives in a table of its own and is forgotten after two days.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from commerce.platform import dynamodb
from commerce.platform.clock import Clock
from commerce.platform.dynamodb import TransactEntry
from commerce.platform.errors import Unprocessable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API answers: status and JSON body."""

    status: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A client's key with what it was used for; `scope` keeps callers and routes apart."""

    scope: str
    key: str
    fingerprint: str

    @classmethod
    def of(cls, *, route: str, caller: str, key: str, body: object) -> KeyedRequest:
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return cls(f"{route}#{caller}", key, hashlib.sha256(text.encode()).hexdigest())

    @property
    def row_key(self) -> dict[str, str]:
        return {"pk": f"{self.scope}#{self.key}"}


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What is kept of a key: its answer, or, until there is one, what was begun under it."""

    answer: Answer | None
    subject: str | None


class IdempotencyRecords:
    """The records, as entries for the transaction of the work and as look-ups."""

    def __init__(self, client: DynamoDBClient, table: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def find(self, request: KeyedRequest) -> KeyRecord | None:
        """What the key stands for, None when it is new.

        Raises:
            Unprocessable: `idempotency_key_reused` when the key was used with another body.
        """
        row = dynamodb.get(self._client, self._table, request.row_key)
        if row is None or row["expires_at"] <= self._clock.now().timestamp():
            return None
        if row["fingerprint"] != request.fingerprint:
            raise Unprocessable(
                "This Idempotency-Key was used with another body; use a new key for a new request.",
                code="idempotency_key_reused",
            )
        answer = None if "status" not in row else Answer(row["status"], json.loads(row["body"]))
        return KeyRecord(answer, row.get("subject"))

    def stored_answer(self, request: KeyedRequest) -> Answer | None:
        """The answer kept for this key, None when there is none yet; raises as `find` does."""
        record = self.find(request)
        return None if record is None else record.answer

    def claim(self, request: KeyedRequest, subject: str) -> TransactEntry:
        """Take the key for this body; refused when it has an answer, or stands for another body.

        Args:
            subject: the id of what is begun under it.
        """
        unanswered = "attribute_not_exists(#status) AND fingerprint = :fingerprint"
        return self._put(request, {"subject": subject}, unanswered)

    def take(self, request: KeyedRequest, subject: str) -> TransactEntry:
        """Take a key that is new or forgotten; refused to everybody else, with whatever body they come.

        Args:
            subject: the id of what is made under it, a new one each time.
        """
        return self._put(request, {"subject": subject})

    def answer(self, request: KeyedRequest, answer: Answer) -> TransactEntry:
        """Keep the answer; refused when the key stands for another body."""
        kept = {"status": answer.status, "body": _text(answer.body)}
        return self._put(request, kept, "fingerprint = :fingerprint")

    def keep(self, request: KeyedRequest, answer: Answer) -> None:
        """Keep an answer that came with no other write."""
        dynamodb.write(self._client, self.answer(request, answer))

    def _put(self, request: KeyedRequest, content: Mapping[str, object], same_request: str = "") -> TransactEntry:
        now = self._clock.now()
        row: dict[str, Any] = {
            **request.row_key,
            "fingerprint": request.fingerprint,
            "expires_at": int((now + KEPT).timestamp()),
            **content,
        }
        free = "attribute_not_exists(pk) OR expires_at <= :now"
        values: dict[str, object] = {":now": int(now.timestamp())}
        if same_request:
            values[":fingerprint"] = request.fingerprint
        return dynamodb.put(
            self._table,
            row,
            condition=f"{free} OR ({same_request})" if same_request else free,
            names={"#status": "status"} if "#status" in same_request else None,
            values=values,
        )


def _text(body: Mapping[str, Any]) -> str:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)
