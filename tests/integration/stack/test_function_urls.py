"""A function URL hands over the raw request, and nothing of the prefix that it has on this machine."""

from __future__ import annotations

import base64

import pytest
import requests

from local.stack import Stack
from local.stack.errors import StackError


@pytest.mark.invariant("PAY-12")
def test_a_body_that_is_no_text_arrives_as_base64_byte_for_byte(stack: Stack, http: requests.Session) -> None:
    raw = bytes(range(256))
    event = http.post(stack.function_url("EchoFunction"), data=raw).json()["event"]
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == raw


def test_json_arrives_untouched(stack: Stack, http: requests.Session) -> None:
    raw = b'{ "a" : 1,\r\n"b":"\xc3\xa9" }'
    headers = {"Content-Type": "application/json", "Stripe-Signature": "t=1,v1=a"}
    event = http.post(stack.function_url("EchoFunction"), data=raw, headers=headers).json()["event"]
    assert event["body"].encode() == raw
    assert event["headers"]["stripe-signature"] == "t=1,v1=a"


def test_the_path_is_the_functions_own(stack: Stack, http: requests.Session) -> None:
    event = http.get(stack.function_url("EchoFunction") + "hook/a%20b?x=1").json()["event"]
    assert event["rawPath"] == "/hook/a%20b"
    assert event["rawQueryString"] == "x=1"
    assert event["requestContext"]["http"]["path"] == "/hook/a%20b"
    assert "authorizer" not in event["requestContext"]
    assert http.get(stack.function_url("EchoFunction").rstrip("/")).json()["event"]["rawPath"] == "/"


def test_a_failure_is_502(stack: Stack, http: requests.Session) -> None:
    assert http.get(stack.function_url("EchoFunction") + "?do=raise").status_code == 502
    assert http.get(stack.function_url("EchoFunction") + "?do=bad").status_code == 502


def test_over_6_mb_is_413(stack: Stack, http: requests.Session) -> None:
    before = len(stack.outcomes("EchoFunction"))
    assert http.post(stack.function_url("EchoFunction"), data=b"x" * (5 * 1024 * 1024)).status_code == 413
    assert http.post(stack.function_url("EchoFunction"), data=b"x" * (11 * 1024 * 1024)).status_code == 413
    assert len(stack.outcomes("EchoFunction")) == before


def test_a_function_without_url_has_none(stack: Stack, http: requests.Session) -> None:
    with pytest.raises(StackError, match="EchoFunction"):
        stack.function_url("OrdersFunction")
    assert http.get(f"{stack.api_url}/_url/OrdersFunction/").status_code == 403


def test_the_output_of_the_template_is_the_local_url(stack: Stack) -> None:
    assert stack.outputs["EchoUrl"] == stack.function_url("EchoFunction")
