"""What the whole run wrote; tests/log_reader.py puts this test behind all others."""

from __future__ import annotations

import pytest

from tests.conftest import READER
from tests.log_reader import LogReader
from tests.shop import Shop


@pytest.mark.invariant("AUT-04")
def test_no_line_of_this_run_holds_anything_private(common_shop: Shop, request: pytest.FixtureRequest) -> None:
    """At least one purchase is among what it reads, also when it runs alone."""
    reader: LogReader = request.config.stash[READER]
    before = reader.lines
    common_shop.confirm(common_shop.checkout(common_shop.order("private-1"))[1])
    assert reader.lines - before > 10
    assert reader.leaks == []
