"""Function URLs: each function that has one answers below a prefix of its own, and sees the path without it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from local.stack.http_event import Door, MalformedAnswer, build_event, to_response
from local.stack.httpd import Request, Response
from local.stack.pool import FunctionPool, Throttled, new_trace_id
from local.stack.transform import REGION

PREFIX = "/_url/"
MAX_EVENT = 6 * 1024 * 1024
"""Lambda quotas, synchronous invocation."""


def _plain(status: int, text: str) -> Response:
    return Response(status, json.dumps({"Message": text}).encode(), [("Content-Type", "application/json")])


class FunctionUrls:
    """Answers `/_url/<logical id>/...` for the functions in `pools`."""

    def __init__(self, pools: Mapping[str, FunctionPool], account_id: str) -> None:
        self._pools = pools
        self._account_id = account_id

    def __call__(self, request: Request) -> Response:
        name, slash, path = request.path.removeprefix(PREFIX).partition("/")
        pool = self._pools.get(name)
        if pool is None:
            return _plain(403, f"No function of this stack has the URL {PREFIX}{name}")
        domain = f"{name.lower()}.lambda-url.{REGION}.on.aws"
        door = Door(
            route_key="$default",
            path=slash + path or "/",
            api_id=name.lower(),
            account_id=self._account_id,
            domain=domain,
            trace_id=new_trace_id(),
            path_parameters={},
        )
        event = json.dumps(build_event(request, door)).encode()
        if request.too_large or len(event) > MAX_EVENT:
            return _plain(413, f"Request must be smaller than {MAX_EVENT} bytes for the InvokeFunction operation")
        try:
            outcome = pool.invoke(event, trace_id=door.trace_id)
        except Throttled:
            return _plain(429, "Rate Exceeded.")
        if outcome.failed:
            return _plain(502, "Internal Server Error")
        try:
            return to_response(outcome.payload)
        except MalformedAnswer:
            return _plain(502, "Internal Server Error")
