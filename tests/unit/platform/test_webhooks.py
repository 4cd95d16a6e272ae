"""The webhook pipeline: forged calls write nothing, genuine ones are queued before they are acknowledged."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.platform.clock import ManualClock
from commerce.platform.errors import BadRequest, ConfigurationError, StoreUnavailable, Unauthorized
from commerce.platform.webhooks import MAX_BODY_BYTES, Webhook, WebhookCall, header, raw_body, receive
from tests.unit.platform.lines import recorded

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SECRET = b"whsec_test"


class HmacVerifier:
    """Signs the raw bytes and nothing else; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[bytes, datetime]] = []

    def verify(self, call: WebhookCall, now: datetime) -> None:
        self.asked.append((call.raw, now))
        if not hmac.compare_digest(call.headers.get("x-signature", ""), sign(call.raw)):
            raise Unauthorized("The signature does not fit this body.", code="bad_signature")


class Door:
    """A webhook with everything around it faked."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.verifier = HmacVerifier()
        self.queued: list[Mapping[str, object]] = []
        self.failure = failure
        self.webhook = Webhook("acme", self.verifier, self.translate, self.enqueue, ManualClock(NOW))

    def translate(self, call: WebhookCall, event: Mapping[str, Any]) -> list[Mapping[str, object]]:
        self.call = call
        if "id" not in event:
            raise BadRequest("An event has an id.", code="malformed_event")
        if event.get("type") == "noise":
            return []
        return [{"kind": "event", "event_id": one} for one in str(event["id"]).split("+")]

    def enqueue(self, message: Mapping[str, object]) -> None:
        if self.failure:
            raise self.failure
        self.queued.append(message)

    def ring(self, event: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        with recorded() as self.lines:
            answer = receive(self.webhook, event)
        self.headers = answer["headers"]
        return answer["statusCode"], json.loads(answer["body"])


def sign(raw: bytes) -> str:
    return hmac.new(SECRET, raw, hashlib.sha256).hexdigest()


def call(raw: bytes, signature: str | None = None, *, encoded: bool = False, method: str = "POST") -> dict[str, Any]:
    body = base64.b64encode(raw).decode() if encoded else raw.decode()
    return {
        "requestContext": {"requestId": "req-1", "http": {"method": method}},
        "headers": {"X-Signature": sign(raw) if signature is None else signature},
        "body": body,
        "isBase64Encoded": encoded,
    }


GOOD = b'{"id":"evt_1","type":"paid","note":"\xc3\xa7"}'


@pytest.mark.invariant("PAY-16")
@pytest.mark.parametrize("encoded", [False, True])
def test_a_genuine_call_is_queued_and_acknowledged(encoded: bool) -> None:
    door = Door()
    assert door.ring(call(GOOD, encoded=encoded)) == (200, {"received": True})
    assert door.queued == [{"kind": "event", "event_id": "evt_1"}]
    assert door.verifier.asked == [(GOOD, NOW)]
    assert door.lines.logs[0]["event_id"] == "evt_1"


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize(
    "event",
    [
        call(GOOD, ""),
        call(GOOD, "0" * 64),
        call(GOOD + b" ", sign(GOOD)),
        call(b"\xff\xfe", "x", encoded=True),
        {**call(GOOD), "headers": None},
        {**call(GOOD), "body": "%%%not base64%%%", "isBase64Encoded": True},
        {**call(GOOD), "body": None},
        {**call(GOOD), "body": "\ud800"},
    ],
)
def test_a_forged_call_is_401_and_nothing_is_queued(event: dict[str, Any]) -> None:
    door = Door()
    status, body = door.ring(event)
    assert status == 401
    assert body["error"]["code"] == "bad_signature"
    assert body["error"]["request_id"] == "req-1"
    assert door.queued == []


@pytest.mark.invariant("PAY-12")
def test_a_bad_encoding_looks_like_a_bad_signature() -> None:
    forged, broken = call(GOOD, "0" * 64), {**call(GOOD), "body": "***", "isBase64Encoded": True}
    assert Door().ring(forged) == Door().ring(broken)


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize("raw", [b"{", b"[]", b"null", b"", b'"text"', b"[" * 100_000, b"9" * 5000, b"\xff"])
def test_nothing_is_parsed_before_it_is_verified(raw: bytes) -> None:
    door = Door()
    status, _ = door.ring(call(raw, "0" * 64, encoded=True))
    assert status == 401
    status, body = door.ring(call(raw, encoded=True))
    assert (status, body["error"]["code"]) == (400, "malformed_json")
    assert door.queued == []


def test_an_event_that_cannot_be_translated() -> None:
    door = Door()
    status, body = door.ring(call(b"{}"))
    assert (status, body["error"]["code"]) == (400, "malformed_event")


def test_an_event_that_is_none_of_our_business_is_acknowledged() -> None:
    door = Door()
    assert door.ring(call(b'{"id":"evt_1","type":"noise"}')) == (200, {"received": True})
    assert door.queued == []


@pytest.mark.invariant("PLT-04")
@pytest.mark.parametrize("encoded", [False, True])
def test_a_huge_body_is_413_before_anything_else(encoded: bool) -> None:
    door = Door()
    status, body = door.ring(call(b"x" * (MAX_BODY_BYTES + 1), encoded=encoded))
    assert (status, body["error"]["code"]) == (413, "payload_too_large")
    assert door.verifier.asked == []


def test_the_largest_body_is_read() -> None:
    assert len(raw_body(call(b"x" * MAX_BODY_BYTES, encoded=True))) == MAX_BODY_BYTES


@pytest.mark.invariant("PLT-04")
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_are_405(method: str) -> None:
    door = Door()
    status, body = door.ring(call(GOOD, method=method))
    assert (status, body["error"]["code"]) == (405, "method_not_allowed")
    assert door.headers["Allow"] == "POST"


@pytest.mark.invariant("PAY-16")
@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        (StoreUnavailable("SQS was not reached.", code="queue_unavailable", retry_after=5), 503, "queue_unavailable"),
        (ConfigurationError("No queue."), 500, "misconfigured"),
        (RuntimeError("postgres://user:hunter2@host"), 500, "internal_error"),
    ],
)
def test_what_was_not_queued_is_not_acknowledged(failure: Exception, status: int, code: str) -> None:
    door = Door(failure)
    answered, body = door.ring(call(GOOD))
    assert (answered, body["error"]["code"]) == (status, code)
    assert "hunter2" not in json.dumps(body) + door.lines.text
    assert [line["code"] for line in door.lines.logs] == [code]
    if code == "queue_unavailable":
        assert door.headers["Retry-After"] == "5"


@pytest.mark.invariant("AUT-04")
def test_neither_body_nor_headers_are_logged() -> None:
    door = Door()
    raw = b'{"id":"evt_1","email":"maria@example.com"}'
    door.ring(call(raw))
    door.ring(call(raw, "0" * 64))
    assert "maria" not in door.lines.text
    assert sign(raw) not in door.lines.text


def test_header_names_have_no_case() -> None:
    assert header({"headers": {"Stripe-Signature": "t=1"}}, "stripe-signature") == "t=1"
    assert header({"headers": None}, "stripe-signature") is None


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_answered_and_only_signed_ones_queued(raw: bytes, signed: bool) -> None:
    door = Door()
    status, _ = door.ring(call(raw, None if signed else "0" * 64, encoded=True))
    assert status in ((200, 400) if signed else (401,))
    assert signed or door.queued == []


def test_one_delivery_may_tell_of_several_things() -> None:
    door = Door()
    status, _ = door.ring(call(b'{"id":"pix-1+pix-2"}'))
    assert status == 200
    assert [message["event_id"] for message in door.queued] == ["pix-1", "pix-2"]


def test_path_and_query_reach_whoever_verifies_and_translates() -> None:
    door = Door()
    event = {**call(GOOD), "rawPath": "/secret/pix", "queryStringParameters": {"data.id": "1"}}
    assert door.ring(event)[0] == 200
    assert (door.call.path, door.call.query) == ("/secret/pix", {"data.id": "1"})
