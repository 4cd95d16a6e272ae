"""A fresh store for each test, and many fresh ones for tests that walk through kill points."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.builders import order_terms
from tests.tables import tables
from tests.world import World

type NewWorld = Callable[..., Any]


@contextmanager
def open_world(**options: Any) -> Iterator[World]:
    """A store with order-1 registered, ready to be paid."""
    with tables() as client:
        world = World(client, **options)
        world.orders.register(order_terms(), correlation_id="req-0")
        yield world


@pytest.fixture
def world() -> Iterator[World]:
    with open_world() as opened:
        yield opened


@pytest.fixture
def new_world() -> NewWorld:
    return open_world
