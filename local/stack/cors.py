"""CORS as an HTTP API does it (API Gateway Developer Guide, "Configure CORS for HTTP APIs").

The gateway answers a preflight by itself, unless a route takes OPTIONS: its own, ANY or $default. Then the request goes
the way of that route, through its authorizer, whence the guide's advice of an OPTIONS /{proxy+} beside $default. The
gateway's headers replace those of the function.
"""

from __future__ import annotations

from local.stack.httpd import Headers, Request, Response
from local.stack.model import CorsSpec


def preflight(request: Request, spec: CorsSpec | None) -> Response | None:
    """The gateway's own answer to a preflight that no route takes, None for any other request."""
    return None if spec is None or not _is_preflight(request) else Response(204, b"", _cors_headers(request, spec))


def with_cors(request: Request, response: Response, spec: CorsSpec | None) -> Response:
    if spec is None:
        return response
    headers = [pair for pair in response.headers if not pair[0].lower().startswith("access-control-")]
    return Response(response.status, response.body, headers + _cors_headers(request, spec))


def _is_preflight(request: Request) -> bool:
    return request.method == "OPTIONS" and request.header("access-control-request-method") is not None


def _cors_headers(request: Request, spec: CorsSpec) -> Headers:
    headers = _origin_headers(request, spec)
    if not headers:
        return []
    if not _is_preflight(request):
        return headers + ([("Access-Control-Expose-Headers", ",".join(spec.exposed))] if spec.exposed else [])
    headers.append(("Access-Control-Allow-Methods", ",".join(spec.methods)))
    if spec.headers:
        headers.append(("Access-Control-Allow-Headers", ",".join(spec.headers)))
    if spec.max_age is not None:
        headers.append(("Access-Control-Max-Age", str(spec.max_age)))
    return headers


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
