"""TransactWriteItems for moto that is atomic and costs what it touches.

moto copies whole tables before a transaction and puts the copies in their place when it fails. That costs O(table) for
every transaction, and a failed one leaves the stream's readers with the old table's stream, where rows that were never
committed can be read. Here all conditions are checked first, and a failure undoes only the touched items, in place.
"""

from __future__ import annotations

import copy
import functools
import threading
from collections.abc import Callable
from typing import Any

from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.exceptions import (
    ConditionalCheckFailed,
    MockValidationException,
    MultipleTransactionsException,
    TooManyTransactionsException,
    TransactionCanceledException,
    TransactWriteSingleOpException,
)
from moto.dynamodb.models import DynamoDBBackend

_MAX_ITEMS = 100
_install_lock = threading.Lock()
_one_at_a_time = threading.RLock()
"""moto checks a condition and writes in two steps; between them another thread's write would be lost."""

_SINGLE_WRITES = ("put_item", "update_item", "delete_item")


def install() -> None:
    """Replace moto's method, and let no write come between another's condition and its effect; doing it twice changes
    nothing."""
    with _install_lock:
        if getattr(DynamoDBBackend, "transact_write_items", None) is transact_write_items:
            return
        for name in _SINGLE_WRITES:
            setattr(DynamoDBBackend, name, _alone(getattr(DynamoDBBackend, name)))
        setattr(DynamoDBBackend, "transact_write_items", transact_write_items)  # noqa: B010  mypy allows no other way


def _alone(write: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(write)
    def alone(*arguments: Any, **named: Any) -> Any:
        with _one_at_a_time:
            return write(*arguments, **named)

    return alone


def transact_write_items(backend: Any, transact_items: list[dict[str, Any]]) -> None:
    """Drop-in for `DynamoDBBackend.transact_write_items`; raises the same exceptions."""
    with _one_at_a_time:
        _transact(backend, transact_items)


def _transact(backend: Any, transact_items: list[dict[str, Any]]) -> None:
    if len(transact_items) > _MAX_ITEMS:
        raise TooManyTransactionsException
    parts = [_part(item) for item in transact_items]
    keys = [_key(backend, kind, part) for kind, part in parts]
    targets = {(part["TableName"], str(sorted(key.items()))) for (_, part), key in zip(parts, keys, strict=True)}
    if len(targets) != len(parts):
        raise MultipleTransactionsException
    failures = [_check(backend, part, key) for (_, part), key in zip(parts, keys, strict=True)]
    if any(code for code, _, _ in failures):
        raise TransactionCanceledException(failures)
    undo: list[tuple[Any, dict[str, Any], Any, int]] = []
    for position, ((kind, part), key) in enumerate(zip(parts, keys, strict=True)):
        table = backend.get_table(part["TableName"])
        events = len(table.stream_shard.items) if table.stream_shard else 0
        undo.append((table, key, copy.deepcopy(backend.get_item(part["TableName"], key)), events))
        try:
            _apply(backend, kind, part, key)
        except MockValidationException:
            _roll_back(backend, undo)
            raise
        except Exception as error:
            _roll_back(backend, undo)
            failures[position] = (type(error).__name__, str(error), None)
            raise TransactionCanceledException(failures) from error


def _part(item: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if len(item) != 1:
        raise TransactWriteSingleOpException
    return next(iter(item.items()))


def _key(backend: Any, kind: str, part: dict[str, Any]) -> dict[str, Any]:
    if kind != "Put":
        key: dict[str, Any] = part["Key"]
        return key
    table = backend.get_table(part["TableName"])
    names = [table.hash_key_attr, *([table.range_key_attr] if table.range_key_attr else [])]
    missing = [name for name in names if name not in part["Item"]]
    if missing:
        raise MockValidationException(
            f"One or more parameter values were invalid: Missing the key {missing[0]} in the item"
        )
    return {name: part["Item"][name] for name in names}


def _check(backend: Any, part: dict[str, Any], key: dict[str, Any]) -> tuple[Any, Any, Any]:
    current = backend.get_item(part["TableName"], key)
    condition = get_filter_expression(
        part.get("ConditionExpression"), part.get("ExpressionAttributeNames"), part.get("ExpressionAttributeValues")
    )
    if condition.expr(current):
        return None, None, None
    wanted = part.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" and current
    item = current.to_json()["Attributes"] if wanted else None
    return "ConditionalCheckFailed", str(ConditionalCheckFailed().message), item


def _apply(backend: Any, kind: str, part: dict[str, Any], key: dict[str, Any]) -> None:
    names, values = part.get("ExpressionAttributeNames"), part.get("ExpressionAttributeValues")
    if kind == "Put":
        backend.put_item(part["TableName"], part["Item"])
    elif kind == "Delete":
        backend.delete_item(part["TableName"], key)
    elif kind == "Update":
        backend.update_item(
            part["TableName"],
            key,
            update_expression=part["UpdateExpression"],
            expression_attribute_names=names,
            expression_attribute_values=values,
        )


def _roll_back(backend: Any, undo: list[tuple[Any, dict[str, Any], Any, int]]) -> None:
    for table, key, before, events in reversed(undo):
        hash_key, range_key = backend.get_keys_value(table, key)
        if before is None:
            table.delete_item(hash_key, range_key)
        elif range_key is None:
            table.items[hash_key] = before
        else:
            table.items[hash_key][range_key] = before
        if table.stream_shard:
            del table.stream_shard.items[events:]
