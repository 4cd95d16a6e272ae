"""ClientRequestToken of TransactWriteItems: the SDK's own repeat of a request whose answer got lost does nothing twice.

DynamoDB API Reference, TransactWriteItems: for ten minutes a repeated token is answered with success, and a repeated
token with other parameters is an IdempotentParameterMismatchException. moto ignores the token.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from local.stack.httpd import Request, Response

_LIFETIME = 600.0
_LIMIT = 5_000
_TARGET = "DynamoDB_20120810.TransactWriteItems"


@dataclass(frozen=True, slots=True)
class _Kept:
    digest: bytes
    answer: Response
    until: float


class RequestTokens:
    """Not thread-safe: call it with the backend's lock held."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def answer(self, request: Request, act: Callable[[], Response]) -> Response:
        """`act()`, or the kept answer of an equal request with the same token."""
        token = _token(request)
        if token is None:
            return act()
        now, digest = time.monotonic(), hashlib.sha256(request.body).digest()
        kept = self._kept.get(token)
        if kept is not None and kept.until > now:
            return kept.answer if kept.digest == digest else _MISMATCH
        answer = act()
        if answer.status == 200:
            self._kept[token] = _Kept(digest, answer, now + _LIFETIME)
            while len(self._kept) > _LIMIT:
                self._kept.popitem(last=False)
        return answer


def _token(request: Request) -> str | None:
    if request.header("x-amz-target") != _TARGET:
        return None
    token = json.loads(request.body).get("ClientRequestToken")
    return str(token) if token else None


_MISMATCH = Response(
    400,
    json.dumps(
        {
            "__type": "com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException",
            "Message": "The request uses the same client token as a previous, but non-identical request.",
        }
    ).encode(),
    [("Content-Type", "application/x-amz-json-1.0")],
)
