"""The whole application on the local stack, once for each module that needs nothing special of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from local.stack.options import StackOptions
from local.stack.providers import all_sandboxes
from local.stack.stack import Stack
from tests.shop import Shop


@pytest.fixture(scope="module")
def common_shop() -> Iterator[Shop]:
    """Shared: a test uses ids of its own, and leaves providers and webhooks as it found them.

    Not for the whole session: moto's state belongs to the process, and a test that mocks AWS in-process clears it.
    """
    with Stack(StackOptions(sandboxes=all_sandboxes(mail_folder=None))) as stack, requests.Session() as http:
        http.trust_env = False
        yield Shop(stack, http)
