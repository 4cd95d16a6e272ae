"""What each function asked of AWS, read off the wire: the functions themselves know nothing of it.

The function is in the access key id of its worker; operation and resource are in the request. `actions` are the IAM
actions that the request needs (Service Authorization Reference): a transaction needs those of its parts, a batch to a
queue those of the single call.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

KEY_PREFIX = "local"
POLLER = "source"
_LIMIT = 200_000
_WRITES = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who signs requests with an access key id: a worker of a function, or its event source in the function's name."""

    function: str
    worker: str

    @property
    def access_key_id(self) -> str:
        return f"{KEY_PREFIX}.{self.function}.{self.worker}"

    @classmethod
    def parse(cls, access_key_id: str) -> Caller | None:
        prefix, _, rest = access_key_id.partition(".")
        function, dot, worker = rest.rpartition(".")
        return cls(function, worker) if prefix == KEY_PREFIX and dot else None


@dataclass(frozen=True, slots=True)
class Call:
    """One request of one function, or its part that touches one resource.

    `resource` is the physical name of a table, `table/index/name`, queue, secret, bus or stream's table.
    `keys` are the partition key values that an item operation names. `status` is the HTTP status of the answer.
    `part` counts the parts of one request from 0, so that those with 0 are the requests.
    """

    function: str
    service: str
    operation: str
    resource: str
    actions: tuple[str, ...]
    keys: tuple[str, ...] = ()
    by_source: bool = False
    status: int = 200
    part: int = 0


@dataclass(frozen=True, slots=True)
class Touch:
    """A request before it is known who made it and how it went."""

    resource: str
    actions: tuple[str, ...]
    keys: tuple[str, ...] = ()


class Recorder:
    """Thread-safe; keeps the newest calls."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=_LIMIT)
        self._polls: set[tuple[str, str, str]] = set()
        self._lock = threading.Lock()

    @property
    def calls(self) -> list[Call]:
        with self._lock:
            return list(self._calls)

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()
            self._polls.clear()

    def record(self, caller: Caller, service: str, operation: str, touches: list[Touch], status: int) -> None:
        """What a source asks again and again is written down once."""
        by_source = caller.worker == POLLER
        with self._lock:
            for part, touch in enumerate(touches):
                poll = (caller.function, operation, touch.resource)
                if by_source and poll in self._polls:
                    continue
                self._polls.add(poll)
                self._calls.append(
                    Call(
                        function=caller.function,
                        service=service,
                        operation=operation,
                        resource=touch.resource,
                        actions=touch.actions,
                        keys=touch.keys,
                        by_source=by_source,
                        status=status,
                        part=part,
                    )
                )


def touches(service: str, operation: str, body: bytes, hash_keys: Mapping[str, str]) -> list[Touch]:
    """The resources a request touches. `hash_keys` maps a table's name to its partition key attribute."""
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        return []
    match service:
        case "dynamodb":
            return list(_dynamodb(operation, request, hash_keys))
        case "dynamodbstreams":
            arn = request.get("StreamArn") or request.get("ShardIterator", "").partition("|")[0]
            table = arn.partition("/")[2].partition("/")[0] or request.get("TableName", "")
            return [Touch(table, (f"dynamodb:{operation}",))]
        case "sqs":
            name = request.get("QueueName") or request.get("QueueUrl", "").rsplit("/", 1)[-1]
            return [Touch(name, (f"sqs:{operation.removesuffix('Batch')}",))]
        case "events":
            entries = request.get("Entries", [])
            buses = {_last(entry.get("EventBusName", "default")) for entry in entries} or {request.get("Name", "")}
            return [Touch(bus, (f"events:{operation}",)) for bus in sorted(buses)]
        case _:
            name = request.get("SecretId") or request.get("Name", "")
            return [Touch(_secret_name(name), (f"{service}:{operation}",))]


def _dynamodb(operation: str, request: Mapping[str, Any], hash_keys: Mapping[str, str]) -> Iterator[Touch]:
    match operation:
        case "TransactWriteItems" | "TransactGetItems":
            for item in request.get("TransactItems", []):
                (kind, part), *_ = item.items()
                action = _WRITES.get(kind, "GetItem")
                yield Touch(_last(part["TableName"]), (f"dynamodb:{action}",), _keys(part, hash_keys))
        case "BatchWriteItem" | "BatchGetItem":
            for table, work in request.get("RequestItems", {}).items():
                parts = (
                    [next(iter(entry.values())) for entry in work]
                    if isinstance(work, list)
                    else [{"Key": key} for key in work["Keys"]]
                )
                keys = tuple(key for part in parts for key in _keys({**part, "TableName": table}, hash_keys))
                yield Touch(_last(table), (f"dynamodb:{operation}",), keys)
        case _:
            table = _last(request.get("TableName", ""))
            index = request.get("IndexName")
            resource = f"{table}/index/{index}" if index else table
            yield Touch(resource, (f"dynamodb:{operation}",), _keys(request, hash_keys))


def _keys(part: Mapping[str, Any], hash_keys: Mapping[str, str]) -> tuple[str, ...]:
    attributes = part.get("Key") or part.get("Item") or {}
    value = attributes.get(hash_keys.get(_last(part.get("TableName", "")), ""), {})
    return tuple(str(text) for text in value.values())


def _last(name_or_arn: str) -> str:
    return name_or_arn.rsplit("/", 1)[-1] if name_or_arn.startswith("arn:") else name_or_arn


def _secret_name(name_or_arn: str) -> str:
    if not name_or_arn.startswith("arn:"):
        return name_or_arn
    return name_or_arn.rsplit(":", 1)[-1].rpartition("-")[0]
