from __future__ import annotations

import json

import pytest

from commerce.messaging.gateways.sendgrid.failures import failure_of
from commerce.platform.errors import (
    ConfigurationError,
    IntegrationError,
    ProviderAmbiguous,
    ProviderRefused,
    ProviderUnavailable,
)
from tests.unit.messaging.samples import NOW

OWN = json.dumps({"errors": [{"message": "ana@example.com is wrong", "field": "from.email", "help": None}]}).encode()
FOREIGN = b"<html>502 Bad Gateway</html>"


@pytest.mark.invariant("MSG-03")
@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, OWN, ProviderRefused),
        (406, OWN, ProviderRefused),
        (413, OWN, ProviderRefused),
        (415, FOREIGN, ProviderRefused),
        (301, b"", ConfigurationError),
        (401, OWN, ConfigurationError),
        (403, OWN, ConfigurationError),
        (404, FOREIGN, ConfigurationError),
        (405, OWN, ConfigurationError),
        (408, b"", ProviderUnavailable),
        (429, OWN, ProviderUnavailable),
        (429, FOREIGN, ProviderUnavailable),
        (503, OWN, ProviderUnavailable),
        (503, FOREIGN, ProviderAmbiguous),
        (503, b"", ProviderAmbiguous),
        (503, b'{"errors": []}', ProviderAmbiguous),
        (503, b'{"message": "down"}', ProviderAmbiguous),
        (500, OWN, ProviderAmbiguous),
        (502, FOREIGN, ProviderAmbiguous),
        (504, OWN, ProviderAmbiguous),
        (200, b"", ProviderAmbiguous),
        (204, b"", ProviderAmbiguous),
        (418, b"[" * 100_000, ProviderRefused),
    ],
)
def test_only_what_provably_was_not_accepted_is_tried_again(
    status: int, body: bytes, kind: type[IntegrationError]
) -> None:
    failure = failure_of(status, body, {}, NOW)
    assert type(failure) is kind
    assert failure.code == f"sendgrid_{status}"
    assert failure.ambiguous == (kind is ProviderAmbiguous)


@pytest.mark.invariant("AUT-04")
def test_the_fields_are_kept_and_the_sentences_that_quote_addresses_are_not() -> None:
    failure = failure_of(400, OWN, {}, NOW)
    assert failure.details == {"fields": ["from.email"]}
    assert "from.email" in failure.message
    assert "ana" not in failure.message


@pytest.mark.invariant("AUT-04")
def test_a_field_that_is_no_field_name_is_not_kept() -> None:
    body = json.dumps({"errors": [{"field": "ana@example.com"}, {"field": None}, {"field": 3}]}).encode()
    assert failure_of(400, body, {}, NOW).details == {"fields": []}


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"Retry-After": "30"}, 30),
        ({"retry-after": "0"}, 1),
        ({"Retry-After": "99999"}, 900),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        ({"X-RateLimit-Reset": str(int(NOW.timestamp()) + 42)}, 42),
        ({"X-RateLimit-Reset": "5"}, 1),
        ({"X-RateLimit-Reset": "²"}, None),
    ],
)
def test_the_wait_is_the_one_that_the_answer_names(headers: dict[str, str], wait: int | None) -> None:
    assert failure_of(429, OWN, headers, NOW).retry_after == wait
