"""docs/providers/mercado-pago.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from commerce.payments.gateways.mercado_pago.gateway import KEY_LIFE, LONGEST_WAIT
from commerce.payments.gateways.mercado_pago.mapping import _STATUSES
from commerce.payments.gateways.mercado_pago.settings import SECRET_FIELDS
from commerce.payments.gateways.mercado_pago.signature import WINDOW_SECONDS

PAGE = (Path(__file__).resolve().parents[4] / "docs/providers/mercado-pago.md").read_text(encoding="utf-8")


def test_every_status_has_its_row() -> None:
    rows = re.findall(r"^\| (`.*?`[^|]*) \|", PAGE, re.MULTILINE)
    named = {word for row in rows for word in re.findall(r"`([a-z_]+)`", row)}
    assert set(_STATUSES) <= named


def test_window_key_and_dates_are_those_of_the_code() -> None:
    assert f"within {WINDOW_SECONDS} seconds" in PAGE
    assert f"For {KEY_LIFE.total_seconds() // 3600:.0f} hours a checkout does not search" in PAGE
    assert f"less than {LONGEST_WAIT.days} days ahead" in PAGE


def test_the_secret_is_shown_with_all_its_fields() -> None:
    assert all(f'"{field}":' in PAGE for field in SECRET_FIELDS)
