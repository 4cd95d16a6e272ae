"""Who gets in: the API's routes with their scopes, and the webhook's URL."""

from __future__ import annotations

from typing import Any

import pytest

from tests.infrastructure.stackview import StackView

PUBLIC = {"GET /health"}
WEBHOOKS = [
    "MercadoPagoWebhookFunction",
    "PaypalWebhookFunction",
    "PixWebhookFunction",
    "StripeWebhookFunction",
]
PREFLIGHT = "OPTIONS /{proxy+}"
REST = "X-AMAZON-APIGATEWAY-ANY-METHOD $default"
OWNERS = ["buyer", "store"]
ROUTES = {
    "PUT /orders/{order_id}": ["store"],
    "GET /orders/{order_id}": ["store"],
    "GET /addresses/cep/{cep}": OWNERS,
    "GET /addresses/search": OWNERS,
    "POST /users/{user_id}/addresses": OWNERS,
    "GET /users/{user_id}/addresses": OWNERS,
    "GET /users/{user_id}/addresses/{address_id}": OWNERS,
    "PUT /users/{user_id}/addresses/{address_id}": OWNERS,
    "DELETE /users/{user_id}/addresses/{address_id}": OWNERS,
    "PUT /users/{user_id}/addresses/{address_id}/default": OWNERS,
    "POST /checkout/card": OWNERS,
    "POST /checkout/paypal": OWNERS,
    "POST /checkout/paypal/{payment_id}/capture": OWNERS,
    "POST /checkout/pix": OWNERS,
    "POST /checkout/boleto": OWNERS,
    "POST /customers": OWNERS,
    "GET /customers/{user_id}": OWNERS,
    "GET /customers/{user_id}/payment-methods": OWNERS,
    "POST /customers/{user_id}/payment-methods": OWNERS,
    "PUT /customers/{user_id}/payment-methods/{payment_method_id}/default": OWNERS,
    "DELETE /customers/{user_id}/payment-methods/{payment_method_id}": OWNERS,
    "GET /payments/{payment_id}": [*OWNERS, "operator"],
    "GET /payments": [*OWNERS, "operator"],
    "POST /payments/{payment_id}/captures": ["operator"],
    "POST /payments/{payment_id}/refunds": ["operator"],
    "POST /payments/{payment_id}/cancel": ["operator"],
    "POST /payments/{payment_id}/confirmations": ["operator"],
    "POST /payments/{payment_id}/refresh": ["operator"],
    "GET /geocode": OWNERS,
    "GET /geocode/reverse": OWNERS,
    "POST /distances": OWNERS,
}


@pytest.fixture(scope="module")
def api(stack: StackView) -> dict[str, Any]:
    body: dict[str, Any] = stack.properties("CommerceApi")["Body"]
    return body


@pytest.mark.invariant("AUT-07")
def test_every_route_needs_a_token_with_a_scope_but_the_public_ones(api: dict[str, Any]) -> None:
    routes = {
        f"{method.upper()} {path}": operation.get("security", [])
        for path, methods in api["paths"].items()
        for method, operation in methods.items()
    }
    assert routes.pop(REST) == [{"Tokens": []}]
    assert {route for route, security in routes.items() if not _asks(security)} == PUBLIC | {PREFLIGHT}
    assert {route: security[0]["Tokens"] for route, security in routes.items() if _asks(security)} == ROUTES


def test_a_wrong_method_reaches_the_function_that_names_the_right_ones(api: dict[str, Any]) -> None:
    """The gateway's own answer is a 404. Its default route would also take preflights, which carry no token."""
    rest = api["paths"]["$default"]["x-amazon-apigateway-any-method"]
    assert rest["isDefaultRoute"] is True
    for operation in (rest, api["paths"]["/{proxy+}"]["options"]):
        assert "functions/HealthFunctionAliaslive/" in operation["x-amazon-apigateway-integration"]["uri"]


def test_no_warning_about_the_public_routes_can_stop_a_deployment(stack: StackView, api: dict[str, Any]) -> None:
    """SAM gives them the scheme NONE, which its document does not define; only AWS can say what it makes of that."""
    named = {scheme for methods in api["paths"].values() for route in methods.values() for scheme in _schemes(route)}
    assert named - set(api["components"]["securitySchemes"]) == {"NONE"}
    assert "FailOnWarnings" not in stack.properties("CommerceApi")


@pytest.mark.invariant("AUT-07")
def test_tokens_are_checked_against_issuer_and_audience() -> None:
    view = StackView.of(JwtIssuer="https://issuer.example/pool", JwtAudience="shop")
    scheme = view.properties("CommerceApi")["Body"]["components"]["securitySchemes"]["Tokens"]
    authorizer = scheme["x-amazon-apigateway-authorizer"]
    assert authorizer["type"] == "jwt"
    assert authorizer["jwtConfiguration"] == {"issuer": "https://issuer.example/pool", "audience": ["shop"]}
    assert authorizer["identitySource"] == "$request.header.Authorization"


def test_every_route_uses_payload_2(api: dict[str, Any]) -> None:
    integrations = [
        operation["x-amazon-apigateway-integration"]
        for methods in api["paths"].values()
        for operation in methods.values()
    ]
    assert {integration["payloadFormatVersion"] for integration in integrations} == {"2.0"}
    assert {integration["type"] for integration in integrations} == {"aws_proxy"}


def test_browsers_of_the_store_only_may_call_and_may_name_their_request() -> None:
    view = StackView.of(AllowedOrigin="https://shop.example")
    cors = view.properties("CommerceApi")["Body"]["x-amazon-apigateway-cors"]
    assert cors["allowOrigins"] == ["https://shop.example"]
    assert "Idempotency-Key" in cors["allowHeaders"]
    assert set(cors["allowMethods"]) == {"GET", "POST", "PUT", "DELETE"}
    assert cors.get("allowCredentials", False) is False


def test_the_api_is_throttled_and_logged_without_personal_data(stack: StackView) -> None:
    (stage,) = stack.every("AWS::ApiGatewayV2::Stage").values()
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0
    assert stage["DefaultRouteSettings"]["ThrottlingBurstLimit"] > 0
    assert stage["AccessLogSettings"]["DestinationArn"] == "ApiLogs.Arn"
    log_line = stage["AccessLogSettings"]["Format"]
    assert "$context.requestId" in log_line
    assert [word for word in ("$context.path", "sourceIp", "userAgent", "identity", "claims") if word in log_line] == []


def test_a_function_url_has_both_permissions_it_needs(stack: StackView) -> None:
    """Since October 2025 a URL without a sign-in needs lambda:InvokeFunction as well (Lambda Developer Guide)."""
    urls = stack.every("AWS::Lambda::Url").values()
    assert sorted((url["TargetFunctionArn"], url["AuthType"]) for url in urls) == [
        (f"{name}Aliaslive", "NONE") for name in WEBHOOKS
    ]
    open_to_all = [p for p in stack.every("AWS::Lambda::Permission").values() if p["Principal"] == "*"]
    by_door = {(permission["FunctionName"], permission["Action"]): permission for permission in open_to_all}
    assert len(by_door) == len(open_to_all) == 2 * len(WEBHOOKS)
    for name in WEBHOOKS:
        assert by_door[f"{name}Aliaslive", "lambda:InvokeFunctionUrl"]["FunctionUrlAuthType"] == "NONE"
        assert by_door[f"{name}Aliaslive", "lambda:InvokeFunction"]["InvokedViaFunctionUrl"] is True


@pytest.mark.parametrize("name", WEBHOOKS)
def test_webhooks_have_concurrency_set_aside_unless_the_account_has_none_to_spare(name: str) -> None:
    assert StackView.of().properties(name)["ReservedConcurrentExecutions"] == "25"
    assert "ReservedConcurrentExecutions" not in StackView.of(WebhookConcurrency="0").properties(name)


def test_one_answer_of_5xx_raises_an_alarm(stack: StackView) -> None:
    """API Gateway Developer Guide, "Monitor CloudWatch metrics for HTTP APIs": 5xx, by ApiId."""
    (alarm,) = stack.alarms_on("5xx", "ApiId", "CommerceApi")
    assert (alarm["Namespace"], alarm["Statistic"], alarm["Period"]) == ("AWS/ApiGateway", "Sum", 300)
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")


@pytest.mark.parametrize("name", WEBHOOKS)
def test_refused_and_failed_webhooks_raise_an_alarm(stack: StackView, name: str) -> None:
    assert len(stack.alarms_on("Url4xxCount", "FunctionName", name)) == 1
    assert len(stack.alarms_on("Url5xxCount", "FunctionName", name)) == 1


def _asks(security: list[dict[str, list[str]]]) -> bool:
    return any(scheme.get("Tokens") for scheme in security)


def _schemes(route: dict[str, Any]) -> list[str]:
    return [scheme for requirement in route.get("security", []) for scheme in requirement]
