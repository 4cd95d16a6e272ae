"""What every test needs: an AWS that is nobody's, and a Lambda context."""

from __future__ import annotations

import os
from dataclasses import dataclass

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
