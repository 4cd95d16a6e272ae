"""The SDK's client, pinned: keys of the right mode, version, one host, no telemetry."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

import pytest
import stripe

from commerce.payments.gateways.stripe.calls import StripeCalls
from commerce.payments.gateways.stripe.client import (
    API_VERSION,
    RotatingClient,
    client_from_settings,
    require_key,
    stripe_client,
)
from commerce.payments.gateways.stripe.transport import keeping_to
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ConfigurationError, IntegrationError
from commerce.platform.http import HostRefused
from commerce.platform.secrets import StaticSecrets
from tests.unit.payments.stripe.objects import intent
from tests.unit.payments.stripe.wire import BASE, Wire, session_over, soon

ROOT = Path(__file__).resolve().parents[4]


@pytest.mark.invariant("AUT-05")
@pytest.mark.parametrize(
    ("field", "key", "live_mode"),
    [
        ("api_key", "sk_test_1", False),
        ("api_key", "rk_test_1", False),
        ("api_key", "sk_live_1", True),
        ("api_key", "rk_live_1", True),
        ("publishable_key", "pk_test_1", False),
        ("publishable_key", "pk_live_1", True),
    ],
)
def test_a_key_of_the_deployment_s_mode_is_taken(field: str, key: str, live_mode: bool) -> None:
    assert require_key(field, key, live_mode=live_mode) == key
    with pytest.raises(ConfigurationError):
        require_key(field, key, live_mode=not live_mode)


@pytest.mark.invariant("AUT-05")
@pytest.mark.parametrize("key", ["", "REPLACE_ME", "pk_test_1", "sk_org_test_1", " sk_test_1", "whsec_1"])
def test_what_is_no_key_says_what_to_do_and_never_itself(key: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        require_key("api_key", key, live_mode=False)
    assert refused.value.code == "wrong_key"
    for hint in ("sk_test_", "dashboard.stripe.com", "put-secret-value", "LIVE_MODE"):
        assert hint in refused.value.message
    if len(key) > 8:
        assert key not in refused.value.message


@pytest.mark.invariant("AUT-05")
def test_a_live_key_in_a_test_stage_builds_no_client() -> None:
    with pytest.raises(ConfigurationError):
        stripe_client("sk_live_1", BASE, session_over(Wire()), live_mode=False)


def test_every_request_carries_the_pinned_version_and_no_telemetry() -> None:
    wire = Wire().answer(intent(), Request_Id="req_9")
    client = stripe_client("sk_test_1", BASE, session_over(wire), live_mode=False)
    with keeping_to(soon()):
        client.raw_request("get", "/v1/payment_intents/pi_1")
        client.raw_request("get", "/v1/payment_intents/pi_1")
    for asked in wire.asked:
        assert asked.headers["Stripe-Version"] == API_VERSION
        assert asked.headers["Authorization"] == "Bearer sk_test_1"
        assert "commerce-integrations" in asked.headers["User-Agent"]
        assert "X-Stripe-Client-Telemetry" not in asked.headers
    assert logging.getLogger("stripe").level == logging.WARNING


def test_the_pinned_version_is_the_one_the_pinned_sdk_was_made_for() -> None:
    assert stripe.api_version == API_VERSION
    assert f"stripe=={stripe.VERSION}" in (ROOT / "functions/stripe/requirements.txt").read_text()


def test_nothing_of_the_sdk_leads_to_another_host() -> None:
    wire = Wire().answer(intent())
    client = stripe_client("sk_test_1", "http://127.0.0.1:1234", session_over(wire), live_mode=False)
    for base in ("api", "connect", "files", "meter_events"):
        with keeping_to(Deadline.after(0.3)), pytest.raises(stripe.APIConnectionError, match=HostRefused.__name__):
            client.raw_request("get", "/v1/anything", base=base)
    assert wire.asked == []


@pytest.mark.invariant("AUT-06")
def test_a_rotated_key_is_in_use_with_the_next_call() -> None:
    fields = {"api_key": "sk_test_1"}
    client = RotatingClient(StaticSecrets({"stripe": fields}), "stripe", BASE, live_mode=False)
    first = client()
    assert client() is first
    fields["api_key"] = "sk_test_2"
    assert client() is not first
    assert client() is client()


class Rolled:
    """A secret whose next version is seen only by who reads it anew."""

    def __init__(self) -> None:
        self.cached, self.stored = {"api_key": "sk_test_1"}, {"api_key": "sk_test_2"}
        self.forgotten: list[str] = []

    def get(self, name: str) -> Mapping[str, str]:  # noqa: ARG002 - there is only one
        return self.cached

    def forget(self, name: str) -> None:
        self.forgotten.append(name)
        self.cached = self.stored


@pytest.mark.invariant("AUT-06")
@pytest.mark.parametrize("status", [401, 403])
def test_after_a_refusal_the_next_call_uses_the_key_that_was_stored_meanwhile(status: int) -> None:
    secrets, wire = Rolled(), Wire().error(status).answer(intent())
    client = RotatingClient(secrets, "stripe", BASE, live_mode=False, session=session_over(wire))
    calls = StripeCalls(client)
    with pytest.raises(ConfigurationError):
        calls.get("/v1/payment_intents/pi_1", {}, deadline=soon())
    calls.get("/v1/payment_intents/pi_1", {}, deadline=soon())
    assert [asked.headers["Authorization"] for asked in wire.asked] == ["Bearer sk_test_1", "Bearer sk_test_2"]
    assert secrets.forgotten == ["stripe"]


@pytest.mark.parametrize(
    ("status", "body"), [(402, b'{"error": {}}'), (429, b'{"error": {}}'), (403, b"<html></html>")]
)
def test_nothing_else_makes_it_read_the_secret_again(status: int, body: bytes) -> None:
    secrets, wire = Rolled(), Wire().answer(body, status, Stripe_Should_Retry="false")
    client = RotatingClient(secrets, "stripe", BASE, live_mode=False, session=session_over(wire))
    with pytest.raises(IntegrationError):
        StripeCalls(client).get("/v1/payment_intents/pi_1", {}, deadline=soon())
    assert secrets.forgotten == []


@pytest.mark.parametrize("fields", [{}, {"api_key": ""}, {"api_key": "REPLACE_ME"}])
def test_a_missing_key_is_told_when_it_is_needed(fields: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_SECRET_NAME", "dev/stripe")
    monkeypatch.setenv("STRIPE_API_BASE", BASE)
    client = client_from_settings(StaticSecrets({"dev/stripe": fields}))
    with pytest.raises(ConfigurationError) as missing:
        client()
    assert missing.value.code == "missing_secret"
    assert "dev/stripe" in missing.value.message


@pytest.mark.invariant("AUT-05")
def test_a_live_deployment_talks_to_stripe_and_to_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_SECRET_NAME", "prod/stripe")
    monkeypatch.setenv("STRIPE_API_BASE", "https://stripe.example")
    monkeypatch.setenv("LIVE_MODE", "true")
    with pytest.raises(ConfigurationError) as wrong:
        client_from_settings(StaticSecrets({}))
    assert "api.stripe.com" in wrong.value.message
