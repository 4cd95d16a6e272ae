"""What a refusal looks like, and what it must not leave behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from local.stack.plugs import PluggedSandbox
from tests.shop import Shop

TABLES = ("AddressesTable", "CepCacheTable", "CommerceTable", "GeocodingTable", "IdempotencyTable", "MessagesTable")
_CERTIFICATES = "/v1/notifications/certs/"
"""Whoever checks a signature of PayPal may have to fetch its certificate first: that asks nobody anything."""

_TRACES = ("Traceback", 'File "', ".py", "commerce.", "botocore", "pydantic", "arn:aws")


@contextmanager
def nothing_happens(shop: Shop) -> Iterator[None]:
    """Inside the block no row is written, nothing is queued, and no provider is called."""
    shop.stack.drain()
    before = _traces(shop)
    yield
    shop.stack.drain()
    assert _traces(shop) == before


def refused(answer: requests.Response, status: int, code: str) -> dict[str, Any]:
    """The error inside our one shape, if the answer is the refusal that was expected."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert set(body) == {"error"}
    error: dict[str, Any] = body["error"]
    assert set(error) == {"code", "message", "details", "retryable", "request_id"}
    assert error["code"] == code, answer.text
    assert error["message"]
    assert error["request_id"]
    assert answer.headers["Content-Type"] == "application/json"
    _holds_no_trace(answer)
    return error


def refused_by_gateway(answer: requests.Response, status: int, message: str) -> None:
    assert (answer.status_code, answer.json()) == (status, {"message": message})
    _holds_no_trace(answer)


def _holds_no_trace(answer: requests.Response) -> None:
    assert [word for word in _TRACES if word in answer.text] == []


def _traces(shop: Shop) -> dict[str, Any]:
    dynamodb = shop.stack.aws("dynamodb")
    rows = {name: dynamodb.scan(TableName=shop.stack.resource(name))["Items"] for name in TABLES}
    sent = [call for call in shop.stack.calls if call.operation in ("SendMessage", "SendMessageBatch", "PutEvents")]
    return {
        **{name: sorted(json.dumps(row, sort_keys=True) for row in found) for name, found in rows.items()},
        "messages": len(sent),
        **{name: _asked(one) for name, one in shop.stack.sandboxes.items()},
    }


def _asked(sandbox: PluggedSandbox) -> int:
    return sum(1 for entry in sandbox.journal.entries() if not entry.path.startswith(_CERTIFICATES))
