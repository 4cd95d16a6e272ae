"""From a data set's addresses to rows of the CepCacheTable, as if each had been looked up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any

from commerce.addresses.cep import parse_cep
from commerce.addresses.codec import row_of
from commerce.addresses.directory import cache_key
from commerce.addresses.provider_answers import address_from
from commerce.platform.clock import Clock
from commerce.platform.dynamodb import marshal
from commerce.platform.errors import IntegrationError
from local.cep_load.files import Found

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SOURCE = "opencep-data"
ROWS_A_CALL = 25
TRIES = 8

type Row = Mapping[str, Any]


@dataclass(slots=True)
class Report:
    """`left_out` says where and why, of the first few."""

    loaded: int = 0
    refused: int = 0
    left_out: list[str] = field(default_factory=list)

    def leave_out(self, place: str, why: str) -> None:
        self.refused += 1
        if len(self.left_out) < 20:
            self.left_out.append(f"{place}: {why}")


def rows(found: Iterable[Found], *, clock: Clock, lifetime: timedelta, report: Report) -> Iterator[Row]:
    """The rows of what can be read; what cannot is in the report."""
    ends = int((clock.now() + lifetime).timestamp())
    for place, entry in found:
        try:
            if not isinstance(entry, Mapping):
                raise TypeError("no JSON object")
            cep = parse_cep(str(entry.get("cep", "")))
            value = {"source": SOURCE, **row_of(address_from(SOURCE, cep, entry))}
        except IntegrationError as error:
            report.leave_out(place, error.message)
        except TypeError as error:
            report.leave_out(place, str(error))
        else:
            yield {"pk": cache_key(cep), "value": value, "expires_at": ends}


def write(
    client: DynamoDBClient, table: str, found: Iterable[Row], report: Report, sleep: Callable[[float], None]
) -> None:
    """Write rows over what is there, 25 a call; what DynamoDB puts off is sent again, slower.

    Raises:
        TimeoutError: it put the same rows off again and again.
    """
    for batch in batched(found, ROWS_A_CALL, strict=False):
        # One CEP may come twice, which one call must not name twice; the later one counts.
        unique = {row["pk"]: row for row in batch}
        _write_batch(client, table, list(unique.values()), sleep)
        report.loaded += len(unique)


def _write_batch(client: DynamoDBClient, table: str, batch: Sequence[Row], sleep: Callable[[float], None]) -> None:
    left: Any = {table: [{"PutRequest": {"Item": marshal(row)}} for row in batch]}
    for attempt in range(TRIES):
        left = client.batch_write_item(RequestItems=left).get("UnprocessedItems")
        if not left:
            return
        sleep(0.1 * 2**attempt)
    raise TimeoutError(f"DynamoDB put {len(left[table])} rows of {table} off {TRIES} times; run it again later.")
