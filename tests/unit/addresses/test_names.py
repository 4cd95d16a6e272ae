"""Names of states and places, as people spell them."""

from __future__ import annotations

import pytest

from commerce.addresses.folding import folded, same_place
from commerce.addresses.states import STATES, parse_state
from commerce.platform.errors import Unprocessable


def test_there_are_27() -> None:
    assert len(STATES) == 27


@pytest.mark.parametrize("text", ["SP", "sp", " Sp ", "São Paulo", "sao paulo", "SÃO  PAULO"])
def test_a_state_by_its_letters_or_name(text: str) -> None:
    assert parse_state(text) == "SP"


@pytest.mark.parametrize("text", ["XX", "", "S", "São", "Lisboa"])
def test_another_state_is_refused(text: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        parse_state(text)
    assert refused.value.code == "unknown_state"
    assert refused.value.details["fields"] == [
        {"field": "state", "problem": "must be the two letters of a state of Brazil"}
    ]


def test_folding_takes_out_what_typing_varies() -> None:
    assert folded("  São João d'Oeste ") == "sao joao d oeste"
    assert folded("GOIOERÊ") == "goioere"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Av. Paulista", "Avenida Paulista"),
        ("r caiubi", "Rua Caiubi"),
        ("Pça. da Sé", "Praça da Sé"),
        ("Sto. Antônio", "Santo Antonio"),
    ],
)
def test_abbreviations_name_the_same(one: str, other: str) -> None:
    assert same_place(one, other)


def test_other_streets_do_not() -> None:
    assert not same_place("Rua Caiubi", "Rua Cayowaá")
    assert not same_place("Rua Augusta", "Avenida Augusta")
