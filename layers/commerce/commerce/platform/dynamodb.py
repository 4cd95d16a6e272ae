"""DynamoDB in plain words: items as dicts, conditions as text, failures from our tree.

Numbers are ints only: an amount that is not whole has no place in a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from commerce.platform.errors import ConfigurationError, StoreError, StoreUnavailable, VersionConflict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

type Item = dict[str, Any]
"""An item in plain Python: str, int, bool, None, bytes, list, dict."""

type TransactEntry = dict[str, Any]
"""One entry of TransactWriteItems: `{"Put": {…}}`, `{"Update": {…}}`, `{"ConditionCheck": {…}}`, `{"Delete": {…}}`."""

_THROTTLED = frozenset(
    {
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingError",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)
_OURS_TO_FIX = frozenset({"AccessDeniedException", "ResourceNotFoundException", "UnrecognizedClientException"})


def marshal(item: Mapping[str, object]) -> Item:
    """A plain dict as DynamoDB writes it; raises TypeError for floats and anything else that is not plain."""
    return {name: _to_attribute(value) for name, value in item.items()}


def unmarshal(item: Mapping[str, Any]) -> Item:
    """What DynamoDB returned, as a plain dict; numbers come back as int."""
    return {name: _from_attribute(attribute) for name, attribute in item.items()}


def put(
    table: str,
    item: Mapping[str, object],
    *,
    condition: str | None = None,
    names: Mapping[str, str] | None = None,
    values: Mapping[str, object] | None = None,
) -> TransactEntry:
    """Replace or create the whole item. `values` are plain and keyed as in the expression: `{":version": 3}`."""
    return {"Put": {"TableName": table, "Item": marshal(item), **_expressions(condition, names, values)}}


def update(
    table: str,
    key: Mapping[str, object],
    expression: str,
    *,
    condition: str | None = None,
    names: Mapping[str, str] | None = None,
    values: Mapping[str, object] | None = None,
) -> TransactEntry:
    """Change attributes of one item: `expression` as in `SET due_at = :due REMOVE lease_until`."""
    arguments = {"TableName": table, "Key": marshal(key), "UpdateExpression": expression}
    return {"Update": {**arguments, **_expressions(condition, names, values)}}


def check(
    table: str,
    key: Mapping[str, object],
    condition: str,
    *,
    names: Mapping[str, str] | None = None,
    values: Mapping[str, object] | None = None,
) -> TransactEntry:
    """Write nothing, but let the transaction pass only while `condition` holds."""
    return {"ConditionCheck": {"TableName": table, "Key": marshal(key), **_expressions(condition, names, values)}}


def delete(
    table: str,
    key: Mapping[str, object],
    *,
    condition: str | None = None,
    names: Mapping[str, str] | None = None,
    values: Mapping[str, object] | None = None,
) -> TransactEntry:
    return {"Delete": {"TableName": table, "Key": marshal(key), **_expressions(condition, names, values)}}


def transact(client: DynamoDBClient, entries: Sequence[TransactEntry]) -> None:
    """All entries or none.

    Raises:
        VersionConflict: a condition failed, or another writer holds an item right now. `reasons` has one code per
            entry, in order: "ConditionalCheckFailed", "TransactionConflict", or "None" where that entry was fine.
        StoreUnavailable: throttled or unreachable; it may have been written (read before deciding).
    """
    with store_errors("write a transaction"):
        client.transact_write_items(TransactItems=entries)  # type: ignore[arg-type]


def write(client: DynamoDBClient, entry: TransactEntry) -> None:
    """One entry by itself: half the price of a transaction of one.

    Raises:
        VersionConflict: its condition failed.
        StoreUnavailable: throttled or unreachable; it may have been written.
    """
    ((kind, arguments),) = entry.items()
    call = {"Put": client.put_item, "Update": client.update_item, "Delete": client.delete_item}[kind]
    with store_errors(f"{kind.lower()} an item"):
        call(**arguments)  # type: ignore[operator]


def get(client: DynamoDBClient, table: str, key: Mapping[str, object], *, consistent: bool = True) -> Item | None:
    """The item or None. Strongly consistent unless told otherwise: money decides on what is written."""
    with store_errors("read an item"):
        answer = client.get_item(TableName=table, Key=marshal(key), ConsistentRead=consistent)
    item = answer.get("Item")
    return None if item is None else unmarshal(item)


def get_many(client: DynamoDBClient, table: str, keys: Sequence[Mapping[str, object]]) -> list[Item]:
    """The items that exist among `keys`, strongly consistent, in no order; 100 keys a call."""
    found: list[Item] = []
    for start in range(0, len(keys), 100):
        found += get_across(client, {table: keys[start : start + 100]})[table]
    return found


def get_across(client: DynamoDBClient, keys: Mapping[str, Sequence[Mapping[str, object]]]) -> dict[str, list[Item]]:
    """The items that exist among the keys of several tables, by table, strongly consistent; one call.

    Args:
        keys: by table; 100 in all, none of them twice (DynamoDB API Reference, BatchGetItem).
    """
    found: dict[str, list[Item]] = {table: [] for table in keys}
    wanted: Any = {
        table: {"Keys": [marshal(key) for key in those], "ConsistentRead": True} for table, those in keys.items()
    }
    while wanted:
        with store_errors("read items"):
            answer = client.batch_get_item(RequestItems=wanted)
        for table, items in answer["Responses"].items():
            found[table].extend(unmarshal(item) for item in items)
        wanted = answer.get("UnprocessedKeys")
    return found


def query(
    client: DynamoDBClient,
    table: str,
    condition: str,
    values: Mapping[str, object],
    *,
    names: Mapping[str, str] | None = None,
    index: str | None = None,
    limit: int | None = None,
    consistent: bool = False,
) -> Iterator[Item]:
    """The items whose keys meet `condition`, read page by page only as far as the caller goes on.

    Args:
        limit: stop after so many items, and ask DynamoDB for no more than that.
    """
    request: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": marshal(values),
        "ConsistentRead": consistent,
    }
    if names:
        request["ExpressionAttributeNames"] = dict(names)
    if index is not None:
        request["IndexName"] = index
    left = limit
    while left is None or left > 0:
        if left is not None:
            request["Limit"] = left
        with store_errors("query items"):
            page = client.query(**request)
        yield from (unmarshal(item) for item in page["Items"])
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
        left = None if left is None else left - len(page["Items"])


def delete_many(client: DynamoDBClient, table: str, keys: Sequence[Mapping[str, object]]) -> int:
    """Delete without conditions, 25 a call; returns how many DynamoDB left undone (it may shed load)."""
    undone = 0
    for start in range(0, len(keys), 25):
        requests: Any = [{"DeleteRequest": {"Key": marshal(key)}} for key in keys[start : start + 25]]
        with store_errors("delete items"):
            answer = client.batch_write_item(RequestItems={table: requests})
        undone += len(answer.get("UnprocessedItems", {}).get(table, []))
    return undone


@contextmanager
def store_errors(action: str) -> Iterator[None]:
    """Translate what boto raises inside the block; `action` completes the sentence "Could not …"."""
    try:
        yield
    except ClientError as error:
        raise _translated(error, action) from error
    except BotoCoreError as error:
        raise StoreUnavailable(
            f"Could not {action}: DynamoDB was not reached ({type(error).__name__}). Try again shortly."
        ) from error


def _translated(error: ClientError, action: str) -> StoreError | ConfigurationError:
    code = error.response.get("Error", {}).get("Code", "")
    if code == "ConditionalCheckFailedException":
        return VersionConflict(f"Could not {action}: somebody else wrote it first. Read it again.")
    if code == "TransactionCanceledException":
        return _cancelled(error, action)
    if code == "TransactionConflictException":
        return VersionConflict(f"Could not {action}: another transaction holds it. Read it again.")
    if code in _THROTTLED:
        return StoreUnavailable(f"Could not {action}: DynamoDB answered {code}. Try again shortly.")
    if code in _OURS_TO_FIX:
        return ConfigurationError(
            f"Could not {action}: DynamoDB answered {code}. Check the table's name in the function's environment "
            "and the function's role, then deploy again with `sam deploy`."
        )
    return StoreError(f"Could not {action}: DynamoDB answered {code}.", code="store_refused", retryable=False)


def _cancelled(error: ClientError, action: str) -> StoreError:
    cancellation: Sequence[Mapping[str, Any]] = error.response.get("CancellationReasons", [])
    reasons = tuple(reason.get("Code") or "None" for reason in cancellation)
    if "ConditionalCheckFailed" in reasons or "TransactionConflict" in reasons:
        conflict = VersionConflict(f"Could not {action}: somebody else wrote first. Read it again.")
        conflict.reasons = reasons
        return conflict
    if any(reason in _THROTTLED for reason in reasons):
        return StoreUnavailable(f"Could not {action}: DynamoDB is throttling. Try again shortly.")
    codes = ", ".join(sorted(set(reasons) - {"None"}))
    return StoreError(f"Could not {action}: DynamoDB answered {codes}.", code="store_refused", retryable=False)


def _expressions(
    condition: str | None, names: Mapping[str, str] | None, values: Mapping[str, object] | None
) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    if condition is not None:
        arguments["ConditionExpression"] = condition
    if names:
        arguments["ExpressionAttributeNames"] = dict(names)
    if values:
        arguments["ExpressionAttributeValues"] = marshal(values)
    return arguments


def _to_attribute(value: object) -> dict[str, Any]:  # noqa: PLR0911 - one line per DynamoDB type
    if isinstance(value, str):
        return {"S": str(value)}
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, Mapping):
        return {"M": {str(name): _to_attribute(inner) for name, inner in value.items()}}
    if isinstance(value, list | tuple):
        return {"L": [_to_attribute(inner) for inner in value]}
    if isinstance(value, bytes):
        return {"B": value}
    raise TypeError(f"DynamoDB items hold plain values, not {type(value).__name__}.")


def _from_attribute(attribute: Mapping[str, Any]) -> Any:  # noqa: PLR0911 - one line per DynamoDB type
    ((kind, value),) = attribute.items()
    match kind:
        case "N":
            return int(value)
        case "M":
            return {name: _from_attribute(inner) for name, inner in value.items()}
        case "L":
            return [_from_attribute(inner) for inner in value]
        case "NULL":
            return None
        case "SS":
            return set(value)
        case "NS":
            return {int(number) for number in value}
        case _:
            return value
