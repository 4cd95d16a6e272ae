"""The client for what can be done without gives up before anybody waits for it."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.platform import aws


def test_a_cache_is_asked_once_and_not_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    config: Any = aws.cache_client().meta.config
    assert config.retries["total_max_attempts"] == 1
    assert config.connect_timeout + config.read_timeout <= 0.6
