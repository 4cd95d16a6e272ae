"""What the code under test logs."""

from __future__ import annotations

import io

import pytest

from commerce.platform.observability import logger


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Every line from now on, as CloudWatch would get it."""
    stream = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", stream)
    return stream
