"""What reads and writes Brazilian codes costs a cold start nothing that it does not use."""

from __future__ import annotations

import pytest

from tests.unit.platform.test_imports import HEAVY, loaded

LIBRARIES = {"validate_docbr", "segno", "barcode", "holidays", "dateutil", "zoneinfo"}
MODULES = (
    "tax_ids",
    "bank_calendar",
    "pix.brcode",
    "pix.building",
    "pix.qr",
    "boleto.codes",
    "boleto.collection",
    "boleto.checking",
    "boleto.drawing",
)


@pytest.mark.invariant("PLT-06")
def test_no_library_comes_with_the_modules() -> None:
    modules = loaded("\n".join(f"import commerce.payments.{name}" for name in MODULES))

    assert not modules & (LIBRARIES | set(HEAVY))


@pytest.mark.invariant("PLT-06")
def test_counting_days_brings_none_either() -> None:
    code = """
from datetime import UTC, date, datetime
from commerce.payments.bank_calendar import add_business_days, next_banking_hour
add_business_days(date(2026, 11, 24), 3), next_banking_hour(datetime(2026, 11, 24, tzinfo=UTC))
"""
    assert not loaded(code) & LIBRARIES
