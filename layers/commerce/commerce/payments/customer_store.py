"""Which customer a user is at a provider: one row per user, the first write wins.

A customer that is gone at the provider is followed by another. Each is a generation of the row, counted from 0, so that
whoever still works on an earlier one changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from commerce.platform import dynamodb
from commerce.platform.clock import iso, parse_iso
from commerce.platform.errors import VersionConflict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """When the user was to become the customer of this generation, and which one they are."""

    user_id: str
    claimed_at: datetime
    customer_ref: str | None = None
    generation: int = 0


class CustomerTable:
    """Customers of one provider in the table."""

    def __init__(self, client: DynamoDBClient, table: str, provider: str) -> None:
        self._client = client
        self._table = table
        self._provider = provider

    def get(self, user_id: str) -> CustomerRecord | None:
        row = dynamodb.get(self._client, self._table, self._key(user_id))
        return None if row is None else _record(row)

    def claim(self, user_id: str, now: datetime) -> CustomerRecord:
        """Write the wish down unless it is there already; gives what is there afterwards."""
        row = {**self._key(user_id), "user_id": user_id, "claimed_at": iso(now)}
        try:
            dynamodb.write(self._client, dynamodb.put(self._table, row, condition="attribute_not_exists(pk)"))
        except VersionConflict:
            return self._require(user_id)
        return _record(row)

    def put(self, claimed: CustomerRecord, customer_ref: str) -> CustomerRecord:
        """Keep the customer made for `claimed` unless its row has one or went on; gives what is there afterwards."""
        return self._update(
            claimed,
            "SET customer_ref = :ref",
            "attribute_exists(pk) AND attribute_not_exists(customer_ref)",
            {":ref": customer_ref},
        )

    def replace(self, gone: CustomerRecord, now: datetime) -> CustomerRecord:
        """Claim the next generation unless somebody has; gives what is there afterwards."""
        return self._update(
            gone,
            "SET claimed_at = :now, generation = :next REMOVE customer_ref",
            "customer_ref = :gone",
            {":now": iso(now), ":next": gone.generation + 1, ":gone": gone.customer_ref},
        )

    def _update(
        self, seen: CustomerRecord, expression: str, condition: str, values: Mapping[str, object]
    ) -> CustomerRecord:
        # Only the rows of those who were replaced have a generation.
        generation = {":seen": seen.generation} if seen.generation else {}
        same = "generation = :seen" if generation else "attribute_not_exists(generation)"
        entry = dynamodb.update(
            self._table,
            self._key(seen.user_id),
            expression,
            condition=f"{condition} AND {same}",
            values={**values, **generation},
        )
        with suppress(VersionConflict):
            dynamodb.write(self._client, entry)
        return self._require(seen.user_id)

    def _require(self, user_id: str) -> CustomerRecord:
        found = self.get(user_id)
        if found is None:
            raise VersionConflict("The customer's row went away in between; repeat.", retry_after=1)
        return found

    def _key(self, user_id: str) -> dict[str, str]:
        return {"pk": f"CUSTOMER#{self._provider}#{user_id}", "sk": "CUSTOMER"}


def _record(row: dict[str, Any]) -> CustomerRecord:
    return CustomerRecord(
        row["user_id"], parse_iso(row["claimed_at"]), row.get("customer_ref"), row.get("generation", 0)
    )
