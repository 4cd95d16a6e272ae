"""What every test needs: an AWS that is nobody's, and a Lambda context."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import pytest

# Set before any test module imports boto3 or Powertools; none of it opens anybody's account.
os.environ.update(
    {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "POWERTOOLS_METRICS_NAMESPACE": "Commerce",
        "POWERTOOLS_SERVICE_NAME": "test",
        "STAGE": "dev",
        "LIVE_MODE": "false",
    }
)

READER: pytest.StashKey[Any] = pytest.StashKey()
"""Under it the session keeps its LogReader (tests/log_reader.py)."""


def pytest_configure(config: pytest.Config) -> None:
    # Only now: they import what reads the environment above.
    from tests.log_reader import LogReader  # noqa: PLC0415
    from tests.outcomes import Outcomes  # noqa: PLC0415

    reader = LogReader()
    reader.listen()
    config.stash[READER] = reader
    config.pluginmanager.register(reader, "log reader")
    config.pluginmanager.register(Outcomes(), "outcomes")


@dataclass
class FakeContext:
    """The part of a Lambda context that handlers read."""

    milliseconds: int = 30_000
    aws_request_id: str = "8f0c1b1e-0000-4000-8000-3f6a5b1c9e42"
    function_name: str = "test"

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


@pytest.fixture
def context() -> FakeContext:
    return FakeContext()
