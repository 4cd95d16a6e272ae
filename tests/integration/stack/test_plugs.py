"""A provider's sandbox is plugged in by its address, its keys and its webhooks; a `.env` takes its place."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from local.stack import Stack, StackOptions
from local.stack.errors import DrainTimeout
from local.stack.plugs import Plug
from local.stack.providers import all_sandboxes
from tests.integration.stack.conftest import TEMPLATE

URL = "http://127.0.0.1:9/provider"


@dataclass
class Webhooks:
    pending: int = 0


@dataclass
class Provider:
    """As much of a sandbox as the stack needs."""

    webhooks: Webhooks = field(default_factory=Webhooks)
    target: str | None = None
    stopped: bool = False


@dataclass
class Serving:
    sandbox: Any
    url: str = URL

    def stop(self) -> None:
        self.sandbox.stopped = True


def plug(provider: Provider) -> Plug:
    return Plug(
        name="provider",
        serve=lambda: Serving(provider),
        base_parameter="ProviderBase",
        secrets={"Keys": {"api_key": "of-the-sandbox"}},
        webhook_function="EchoFunction",
        connect=lambda sandbox, url: setattr(sandbox, "target", url),
    )


def test_address_keys_and_webhooks(http: requests.Session) -> None:
    provider = Provider()
    with Stack(StackOptions(template=TEMPLATE, sandboxes=[plug(provider)])) as stack:
        assert json.loads(stack.invoke("EchoFunction", {}).payload)["environment"]["PROVIDER"] == URL
        secret = stack.aws("secretsmanager").get_secret_value(SecretId="commerce-local/keys")["SecretString"]
        assert json.loads(secret)["api_key"] == "of-the-sandbox"
        assert provider.target == stack.function_url("EchoFunction")
        assert http.post(provider.target, json={}).status_code == 200
        assert stack.sandbox("provider").url == URL
        assert stack.sandbox("provider").target == provider.target
    assert provider.stopped


def test_draining_waits_for_webhooks_on_their_way() -> None:
    provider = Provider(Webhooks(pending=1))
    with Stack(StackOptions(template=TEMPLATE, sandboxes=[plug(provider)])) as stack:
        with pytest.raises(DrainTimeout, match="1 webhooks of provider"):
            stack.drain(timeout=0.5)
        timer = threading.Timer(0.3, lambda: setattr(provider.webhooks, "pending", 0))
        timer.start()
        stack.drain()
        assert provider.webhooks.pending == 0
        timer.join()


def test_a_sandbox_is_stopped_when_the_stack_cannot_start() -> None:
    provider = Provider()
    broken = StackOptions(template=TEMPLATE, sandboxes=[plug(provider)], parameters={"Colour": "red"})
    with pytest.raises(Exception, match="Colour"):
        Stack(broken).start()
    assert provider.stopped


@pytest.mark.invariant("AUT-05")
def test_a_provider_with_keys_is_called_for_real(tmp_path: Path) -> None:
    keys = tmp_path / ".env"
    keys.write_text("STRIPE_API_KEY=sk_test_mine\nSTRIPE_PUBLISHABLE_KEY=pk_test_mine\n", encoding="utf-8")
    with Stack(StackOptions(sandboxes=all_sandboxes(mail_folder=None), env_file=keys)) as stack:
        assert "stripe" not in stack.sandboxes
        assert "sendgrid" in stack.sandboxes
        assert stack.real_providers == ["stripe"]
        secret = stack.aws("secretsmanager").get_secret_value(SecretId=stack.outputs["StripeSecretName"])[
            "SecretString"
        ]
        assert json.loads(secret)["api_key"] == "sk_test_mine"
        environment = stack._now.deployed.functions["StripeApiFunction"].environment
        assert environment["STRIPE_API_BASE"] == "https://api.stripe.com"
        assert environment["LIVE_MODE"] == "false"
