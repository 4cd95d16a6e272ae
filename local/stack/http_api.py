"""The HTTP API of the template: routes, JWT check, CORS, and API Gateway's own answers when something is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from local.stack.authorizer import Denied, authorize
from local.stack.cors import preflight, with_cors
from local.stack.http_event import JSON, Door, MalformedAnswer, build_event, to_response
from local.stack.httpd import Request, Response
from local.stack.model import ApiSpec
from local.stack.pool import FunctionPool, Throttled, new_trace_id
from local.stack.routes import Match, RouteTable
from local.stack.transform import REGION

MAX_PAYLOAD = 10 * 1024 * 1024
MAX_EVENT = 6 * 1024 * 1024
"""What API Gateway and Lambda take (API Gateway quotas; Lambda quotas, synchronous invocation)."""


def _message(status: int, text: str) -> Response:
    return Response(status, json.dumps({"message": text}).encode(), JSON)


NOT_FOUND = _message(404, "Not Found")
TOO_LARGE = _message(413, "Request Entity Too Large")
BROKEN = _message(500, "Internal Server Error")
UNAVAILABLE = _message(503, "Service Unavailable")


class HttpApi:
    """Answers requests for one AWS::ApiGatewayV2::Api."""

    def __init__(
        self, spec: ApiSpec, pools: Mapping[str, FunctionPool], keys: Mapping[str, RSAPublicKey], account_id: str
    ) -> None:
        self._spec = spec
        self._pools = pools
        self._keys = keys
        self._account_id = account_id
        self._routes = RouteTable(spec.routes)
        self._domain = f"{spec.api_id}.execute-api.{REGION}.amazonaws.com"

    def __call__(self, request: Request) -> Response:
        match = self._routes.find(request.method, request.path)
        answered = None if match else preflight(request, self._spec.cors)
        return answered or with_cors(request, self._answer(request, match), self._spec.cors)

    def _answer(self, request: Request, match: Match | None) -> Response:
        if match is None:
            return NOT_FOUND
        try:
            authorizer = authorize(request, match.route, self._keys)
        except Denied as denied:
            return denied.response
        if request.too_large or len(request.body) > MAX_PAYLOAD:
            return TOO_LARGE
        return self._call(request, match, authorizer)

    def _call(self, request: Request, match: Match, authorizer: dict[str, Any] | None) -> Response:
        route = match.route
        door = Door(
            route_key=route.key,
            path=unquote(request.path),  # an HTTP API hands the path on decoded, a function URL does not
            api_id=self._spec.api_id,
            account_id=self._account_id,
            domain=self._domain,
            trace_id=new_trace_id(),
            path_parameters=match.path_parameters,
            authorizer=authorizer,
        )
        event = json.dumps(build_event(request, door)).encode()
        if len(event) > MAX_EVENT:
            return TOO_LARGE
        try:
            outcome = self._pools[route.function].submit(event, trace_id=door.trace_id).result(route.timeout)
        except (TimeoutError, Throttled):
            return UNAVAILABLE
        if outcome.failed:
            return BROKEN
        try:
            return to_response(outcome.payload)
        except MalformedAnswer:
            return BROKEN
