"""The fixture template, running."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from local.stack import Stack, StackOptions

TEMPLATE = Path(__file__).parent / "fixture" / "template.yaml"


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """One stack per test module; a message that failed comes back at once."""
    options = StackOptions(template=TEMPLATE, secrets={"Keys": {"api_key": "local-key"}}, redelivery=0)
    with Stack(options) as running:
        yield running


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session
