"""docs/providers/pix.md says what the profiles say."""

from __future__ import annotations

import re

import pytest

from commerce.payments.gateways.bacen.profile import Checked
from commerce.payments.gateways.bacen.profiles import PROFILES
from tests.unit.pages import ROOT, read

PAGE = ROOT / "docs" / "providers" / "pix.md"
WORDS = {Checked.OFFICIAL: "official", Checked.OPEN_SOURCE: "open source", Checked.ONE_SOURCE: "one source"}


def rows() -> dict[str, str]:
    return {name: line for line in read(PAGE).splitlines() for name in re.findall(r"^\| `([a-z_]+)` \| [A-Z]", line)}


@pytest.mark.parametrize("name", PROFILES)
def test_every_bank_has_its_row(name: str) -> None:
    profile, row = PROFILES[name], rows()[name]
    assert profile.title in row
    assert row.rstrip(" |").endswith(WORDS[profile.checked])
    own = {one.field for one in (*profile.headers, *profile.params)} - {"client_id"}
    if not profile.test.token:
        own.add("access_token")
    assert own <= set(re.findall(r"`(\w+)`", row))


def test_no_row_tells_of_a_bank_that_is_not_there() -> None:
    banks = {name for name in rows() if "open source" in rows()[name] or "official" in rows()[name]}
    assert banks == set(PROFILES)
