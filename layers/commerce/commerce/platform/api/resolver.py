"""The resolver that every API function uses: validation, one error shape, a clear 4xx for anything hostile."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import Route
from aws_lambda_powertools.event_handler.exceptions import NotFoundError, ServiceError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from commerce.platform.answers import JSON, answer, error_body, error_headers, unexpected
from commerce.platform.api.body import checked, strict_json
from commerce.platform.api.problems import unprocessable
from commerce.platform.errors import IntegrationError, MethodNotAllowed, NotFound
from commerce.platform.jsontext import compact
from commerce.platform.lambda_types import Context, Event, ProxyAnswer
from commerce.platform.observability import correlated, count, log_failure, logger


class CommerceApi(APIGatewayHttpResolver):
    """Powertools' HTTP API resolver with our errors; make one with `create_api`."""

    def __init__(self, elsewhere: Mapping[str, Sequence[str]]) -> None:
        self._elsewhere = [(_pattern(path), methods) for path, methods in elsewhere.items()]
        super().__init__(
            enable_validation=True,
            response_validation_error_http_code=500,
            serializer=compact,
            json_body_deserializer=strict_json,
            debug=False,
        )

    @staticmethod
    def _compile_regex(rule: str, base_regex: str = r"^{}\Z") -> re.Pattern[str]:
        """Powertools' own pattern leaves out characters, such as a pasted no-break space: a 404 where a 4xx is due."""
        return re.compile(base_regex.format(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", rule)))

    def allowed_methods(self, path: str) -> list[str]:
        """The methods that somebody answers at `path`."""
        here = {route.method for route in self._routes() if route.rule.match(path)}
        return sorted(here.union(*(methods for pattern, methods in self._elsewhere if pattern.fullmatch(path))))

    def unknown_parameters(self) -> list[str]:
        """Names in the query string that the current route does not know; none where there is no route."""
        route: Route = self.context["_route"]
        if route not in self._routes():
            return []
        known = {parameter.alias for parameter in route.dependant.query_params}
        return sorted(set(self.current_event.query_string_parameters) - known)

    def _routes(self) -> list[Route]:
        return [*self._static_routes, *self._dynamic_routes]

    def request_id(self) -> str:
        """The gateway's id of the current request; our correlation id for everything that follows from it."""
        found: str = self.current_event.raw_event.get("requestContext", {}).get("requestId", "")
        return found


def create_api(elsewhere: Mapping[str, Sequence[str]] = MappingProxyType({})) -> CommerceApi:
    """A resolver; register routes with `@app.get(…)` and answer events with `handle`.

    Args:
        elsewhere: path -> methods of other functions' routes, for the one behind the gateway's `$default` route.
    """
    app = CommerceApi(elsewhere)

    def refuse(error: IntegrationError) -> Response[str]:
        if error.status >= 500:
            log_failure("request failed", error)
        return _response(app, error)

    def refuse_fields(error: RequestValidationError) -> Response[str]:
        return _response(app, unprocessable(error.errors()))

    def refuse_route(_error: Exception) -> Response[str]:
        path = app.current_event.path
        methods = app.allowed_methods(path)
        if not methods:
            return _response(app, NotFound("There is nothing at this path.", code="route_not_found"))
        refused = MethodNotAllowed(f"Use {' or '.join(methods)} here.", details={"allow": methods})
        return _response(app, refused, {"Allow": ", ".join(methods)})

    def break_down(error: Exception) -> Response[str]:
        log_failure("request broke", error)
        return Response(status_code=500, content_type=JSON, body=compact(unexpected(app.request_id())))

    def refuse_parameters(app: CommerceApi, next_middleware: NextMiddleware) -> Response[str]:
        unknown = app.unknown_parameters()
        if unknown:
            raise unprocessable({"type": "extra_forbidden", "loc": ("query", name)} for name in unknown)
        return next_middleware(app)

    app.use(middlewares=[refuse_parameters])
    app.exception_handler(IntegrationError)(refuse)
    app.exception_handler(RequestValidationError)(refuse_fields)
    app.exception_handler(NotFoundError)(refuse_route)
    # Powertools' own ResponseValidationError lands here as well: our answer was wrong, the caller was not.
    app.exception_handler([Exception, ServiceError])(break_down)
    return app


def handle(app: CommerceApi, event: Event, context: Context) -> ProxyAnswer:
    """Answer one HTTP API event; never raises, so the gateway never has to make up a 500 of its own."""
    began = time.monotonic()
    request_id: str = event["requestContext"].get("requestId") or context.aws_request_id
    with correlated(request_id):
        try:
            found: ProxyAnswer = app.resolve(checked(event), context)  # type: ignore[arg-type]
        except IntegrationError as error:
            found = answer(error.status, error_body(error, request_id), error_headers(error))
        except Exception as error:  # noqa: BLE001 - the caller gets our 500, with an id to ask about
            log_failure("request broke", error)
            found = answer(500, unexpected(request_id))
        _finish(found)
        _tell(event, found["statusCode"], began)
    return found


def _finish(found: ProxyAnswer) -> None:
    # What we answer is about somebody's money: no cache on the way may keep it.
    found["headers"].setdefault("Cache-Control", "no-store")
    if found["statusCode"] == 204:
        found["headers"].pop("Content-Type", None)
        found["body"] = ""


def _tell(event: Event, status: int, began: float) -> None:
    route = event.get("routeKey", "")
    count("request", operation=route, outcome=str(status))
    ms = round((time.monotonic() - began) * 1000, 1)
    logger.info("request", extra={"route": route, "status": status, "ms": ms})


def _pattern(path: str) -> re.Pattern[str]:
    """`/orders/{order_id}` as a pattern for the paths that it stands for."""
    return re.compile("/".join("[^/]+" if part.startswith("{") else re.escape(part) for part in path.split("/")))


def _response(app: CommerceApi, error: IntegrationError, headers: dict[str, str] | None = None) -> Response[str]:
    logger.info("request refused", extra={"code": error.code})
    return Response(
        status_code=error.status,
        content_type=JSON,
        body=compact(error_body(error, app.request_id())),
        headers={**error_headers(error), **(headers or {})},
    )
