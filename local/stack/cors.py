"""CORS as an HTTP API does it (API Gateway Developer Guide, "Configuring CORS for HTTP APIs"): the gateway answers
preflights by itself and its headers replace those of the function."""

from __future__ import annotations

from local.stack.httpd import Headers, Request, Response
from local.stack.model import CorsSpec


def preflight(request: Request, spec: CorsSpec | None) -> Response | None:
    """The answer to a preflight request, None for any other."""
    asks = request.method == "OPTIONS" and request.header("access-control-request-method") is not None
    if spec is None or not asks:
        return None
    headers = _origin_headers(request, spec)
    if headers:
        headers.append(("Access-Control-Allow-Methods", ",".join(spec.methods)))
        if spec.headers:
            headers.append(("Access-Control-Allow-Headers", ",".join(spec.headers)))
        if spec.max_age is not None:
            headers.append(("Access-Control-Max-Age", str(spec.max_age)))
    return Response(204, b"", headers)


def with_cors(request: Request, response: Response, spec: CorsSpec | None) -> Response:
    if spec is None:
        return response
    headers = [pair for pair in response.headers if not pair[0].lower().startswith("access-control-")]
    allowed = _origin_headers(request, spec)
    if allowed and spec.exposed:
        allowed.append(("Access-Control-Expose-Headers", ",".join(spec.exposed)))
    return Response(response.status, response.body, headers + allowed)


def _origin_headers(request: Request, spec: CorsSpec) -> Headers:
    origin = request.header("origin")
    if origin is None or not any(_allows(pattern, origin) for pattern in spec.origins):
        return []
    headers: Headers = [("Access-Control-Allow-Origin", "*" if "*" in spec.origins else origin)]
    if spec.credentials:
        headers.append(("Access-Control-Allow-Credentials", "true"))
    return headers


def _allows(pattern: str, origin: str) -> bool:
    return pattern in ("*", origin) or (pattern in ("https://*", "http://*") and origin.startswith(pattern[:-1]))
