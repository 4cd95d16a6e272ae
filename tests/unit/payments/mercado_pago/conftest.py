from __future__ import annotations

import pytest

from tests.unit.payments.mercado_pago.rig import Rig


@pytest.fixture
def pix() -> Rig:
    return Rig("pix")


@pytest.fixture
def boleto() -> Rig:
    return Rig("boleto")
