"""The template as AWS will transform it, once for all tests here."""

from __future__ import annotations

import pytest

from tests.infrastructure.stackview import StackView


@pytest.fixture(scope="session")
def stack() -> StackView:
    return StackView.of(Stage="dev")


@pytest.fixture(scope="session")
def prod() -> StackView:
    return StackView.of(Stage="prod")
