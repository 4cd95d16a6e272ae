"""The OpenAPI body that SAM makes of an AWS::Serverless::HttpApi -> routes, authorizers, CORS.

API Gateway Developer Guide, "OpenAPI extensions": x-amazon-apigateway-integration, -authorizer, -cors, -any-method.
SAM marks the route of everything else, `$default`, with isDefaultRoute.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from local.stack.errors import UnsupportedResource
from local.stack.model import DEFAULT_ROUTE, ApiSpec, AuthorizerSpec, CorsSpec, RouteSpec
from local.stack.supported import only

DEFAULT_TIMEOUT_MS = 30_000
_HEADER_SOURCE = "$request.header."
_CORS = "allowOrigins allowMethods allowHeaders exposeHeaders allowCredentials maxAge"


def read_api(logical_id: str, api_id: str, body: Mapping[str, Any], function_of: Callable[[str], str]) -> ApiSpec:
    """`function_of` finds the logical id of a function in an integration's URI.

    Raises:
        UnsupportedResource: the body uses an integration, authorizer or extension that is not run here.
    """
    for name in body:
        known = ("info", "paths", "openapi", "components", "tags", "security", "x-amazon-apigateway-cors")
        if name not in known:
            raise UnsupportedResource(logical_id, f"Body.{name}")
    schemes = body.get("components", {}).get("securitySchemes", {})
    authorizers = {name: _authorizer(logical_id, name, scheme) for name, scheme in schemes.items()}
    routes = [
        _route(logical_id, method, path, operation, authorizers, function_of)
        for path, methods in body.get("paths", {}).items()
        for method, operation in methods.items()
        if method != "options" or "x-amazon-apigateway-integration" in operation
    ]
    cors = body.get("x-amazon-apigateway-cors")
    return ApiSpec(logical_id, api_id, tuple(routes), _cors(logical_id, cors) if cors else None)


def _authorizer(logical_id: str, name: str, scheme: Mapping[str, Any]) -> AuthorizerSpec:
    spec = scheme.get("x-amazon-apigateway-authorizer", {})
    if spec.get("type") != "jwt":
        raise UnsupportedResource(logical_id, f"the authorizer {name} of type {spec.get('type', scheme.get('type'))}")
    source = spec["identitySource"]
    source = source[0] if isinstance(source, list) and len(source) == 1 else source
    if not isinstance(source, str) or not source.startswith(_HEADER_SOURCE):
        raise UnsupportedResource(logical_id, f"the identity source {source} (only {_HEADER_SOURCE}<name>)")
    audience = tuple(str(one) for one in spec["jwtConfiguration"]["audience"])
    return AuthorizerSpec(
        name=name,
        issuer=str(spec["jwtConfiguration"]["issuer"]),
        audience=audience,
        header=source.removeprefix(_HEADER_SOURCE).lower(),
    )


def _route(
    logical_id: str,
    method: str,
    path: str,
    operation: Mapping[str, Any],
    authorizers: Mapping[str, AuthorizerSpec],
    function_of: Callable[[str], str],
) -> RouteSpec:
    where = f"the route {method} {path}"
    integration = operation.get("x-amazon-apigateway-integration", {})
    known = "type httpMethod uri payloadFormatVersion timeoutInMillis connectionType"
    only(logical_id, f"{where}: integration", integration, known)
    if integration.get("type") != "aws_proxy" or str(integration.get("payloadFormatVersion")) != "2.0":
        raise UnsupportedResource(logical_id, f"{where}: an integration that is not aws_proxy with payload 2.0")
    authorizer, scopes = _security(logical_id, where, operation, authorizers)
    return RouteSpec(
        method="ANY" if method == "x-amazon-apigateway-any-method" else method.upper(),
        path=DEFAULT_ROUTE if operation.get("isDefaultRoute") else path,
        function=function_of(str(integration["uri"])),
        authorizer=authorizer,
        scopes=scopes,
        timeout=float(integration.get("timeoutInMillis", DEFAULT_TIMEOUT_MS)) / 1000,
    )


def _security(
    logical_id: str, where: str, operation: Mapping[str, Any], authorizers: Mapping[str, AuthorizerSpec]
) -> tuple[AuthorizerSpec | None, tuple[str, ...]]:
    required = [entry for entry in operation.get("security", []) if list(entry) != ["NONE"]]
    if not required:
        return None, ()
    if len(required) > 1 or len(required[0]) != 1:
        raise UnsupportedResource(logical_id, f"{where}: more than one authorizer")
    ((name, scopes),) = required[0].items()
    if name not in authorizers:
        raise UnsupportedResource(logical_id, f"{where}: the authorizer {name}")
    return authorizers[name], tuple(str(scope) for scope in scopes)


def _cors(logical_id: str, cors: Mapping[str, Any]) -> CorsSpec:
    only(logical_id, "CorsConfiguration", cors, _CORS)

    def texts(name: str) -> tuple[str, ...]:
        value = cors.get(name, [])
        return tuple(str(one) for one in (value if isinstance(value, list) else [value]))

    return CorsSpec(
        origins=texts("allowOrigins"),
        methods=texts("allowMethods"),
        headers=texts("allowHeaders"),
        exposed=texts("exposeHeaders"),
        credentials=bool(cors.get("allowCredentials", False)),
        max_age=int(cors["maxAge"]) if "maxAge" in cors else None,
    )
