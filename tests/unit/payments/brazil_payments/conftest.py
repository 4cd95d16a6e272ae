from __future__ import annotations

import pytest

from tests.unit.payments.brazil_payments.rig import Rig


@pytest.fixture
def pix() -> Rig:
    return Rig("pix")


@pytest.fixture
def boleto() -> Rig:
    return Rig("boleto")
