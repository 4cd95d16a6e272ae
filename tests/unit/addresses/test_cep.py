"""What counts as a CEP before anybody is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.addresses.cep import parse_cep, written
from commerce.platform.errors import BadRequest


@pytest.mark.invariant("ADR-05")
@pytest.mark.parametrize(
    "text", ["01001000", "01001-000", "01.001-000", " 01.001-000 ", "01001 000", "0 1 0 0 1 0 0 0", "01001\u00a0000"]
)
def test_people_write_it_in_many_ways(text: str) -> None:
    assert parse_cep(text) == "01001000"


@pytest.mark.invariant("ADR-05")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "-",
        "0100100",
        "010010000",
        "01001-00a",
        "\uff10\uff11\uff10\uff10\uff11\uff10\uff10\uff10",
        "\u0660\u0661\u0660\u0660\u0661\u0660\u0660\u0660",
        "01001/000",
        "1e7",
        "01001_000",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BadRequest) as refused:
        parse_cep(text)
    assert refused.value.code == "malformed_cep"
    assert "eight digits" in refused.value.message
    problem = "must be eight digits, such as 01001-000"
    assert refused.value.details == {"fields": [{"field": "cep", "problem": problem}]}


def test_a_lost_zero_is_named() -> None:
    with pytest.raises(BadRequest, match="zero in front"):
        parse_cep("1001000")


@given(st.text(max_size=20))
def test_no_text_breaks_it(text: str) -> None:
    try:
        digits = parse_cep(text)
    except BadRequest:
        return
    assert len(digits) == 8
    assert parse_cep(written(digits)) == digits
