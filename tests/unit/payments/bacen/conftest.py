from __future__ import annotations

import pytest

from tests.unit.payments.bacen.rig import Rig


@pytest.fixture
def rig() -> Rig:
    return Rig()
