"""What an HTTP answer of Google means that is no result."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.geocoding.gateways.google.failures import of_http
from commerce.platform.errors import (
    ConfigurationError,
    IntegrationError,
    ProviderMissing,
    ProviderUnavailable,
    Unprocessable,
)

INVALID_KEY = {"error": {"status": "INVALID_ARGUMENT", "details": [{"reason": "API_KEY_INVALID"}]}}


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, {"error": {"status": "INVALID_ARGUMENT", "message": "Rua Augusta?"}}, Unprocessable),
        (400, [{"error": {"status": "INVALID_ARGUMENT"}}], Unprocessable),
        (400, INVALID_KEY, ConfigurationError),
        (400, [INVALID_KEY], ConfigurationError),
        (401, None, ConfigurationError),
        (403, {"error": {"status": "PERMISSION_DENIED"}}, ConfigurationError),
        (404, {"error": {"status": "NOT_FOUND"}}, ProviderMissing),
        (404, None, ConfigurationError),
        (302, None, ConfigurationError),
        (408, None, ProviderUnavailable),
        (429, {"error": {"status": "RESOURCE_EXHAUSTED"}}, ProviderUnavailable),
        (500, {"error": "not an object"}, ProviderUnavailable),
        (502, None, ProviderUnavailable),
        (503, [], ProviderUnavailable),
        (400, {"error": {"status": ["a"], "details": "x"}}, Unprocessable),
    ],
)
def test_each_status_has_its_meaning(status: int, body: Any, error: type[IntegrationError]) -> None:
    found = of_http(status, body, "Routes API")
    assert type(found) is error
    assert "Augusta" not in found.message
    assert "Routes API" in found.message


def test_a_retry_after_is_passed_on() -> None:
    assert of_http(429, None, "Routes API", 12).retry_after == 12
    assert of_http(503, None, "Routes API", 5).retry_after == 5
    assert of_http(429, None, "Routes API").retry_after == 60
