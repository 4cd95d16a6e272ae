from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.sandboxes.pix_bank.support import Desk, open_desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    """With a token that may do everything."""
    opened = open_desk()
    assert opened.token().status_code == 200
    yield opened
    opened.session.close()
