"""A CEP fills what is empty, reports where it differs, and changes nothing that somebody typed."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.addresses.autofill import autofill
from commerce.addresses.book_model import AddressFields, CheckStatus, Conflict
from commerce.addresses.model import CepAddress, Precision
from tests.unit.addresses.rig import PERDIZES

TYPED = AddressFields("BR", "05010-000", number="10")
GOIOERE = CepAddress("87360000", "Goioerê", "PR", ibge="4108601")


def test_what_is_empty_is_filled() -> None:
    completed = autofill(TYPED, PERDIZES, "viacep")
    assert completed.fields == replace(TYPED, line1="Rua Caiubi", district="Perdizes", city="São Paulo", state="SP")
    check = completed.check
    assert (check.status, check.precision, check.source, check.ibge) == (
        CheckStatus.FOUND,
        Precision.STREET,
        "viacep",
        "3550308",
    )
    assert check.filled == ("state", "city", "district", "line1")
    assert check.conflicts == ()


@pytest.mark.invariant("ADR-03")
def test_a_town_leaves_the_street_to_be_typed() -> None:
    completed = autofill(replace(TYPED, postal_code="87360-000"), GOIOERE, "viacep")
    assert (completed.fields.city, completed.fields.state) == ("Goioerê", "PR")
    assert (completed.fields.line1, completed.fields.district) == ("", "")
    assert completed.check.precision is Precision.CITY
    typed = autofill(replace(TYPED, line1="Avenida Amazonas"), GOIOERE, "viacep")
    assert (typed.fields.line1, typed.check.conflicts) == ("Avenida Amazonas", ())


@pytest.mark.invariant("ADR-04")
def test_what_differs_is_reported_and_left() -> None:
    typed = replace(TYPED, line1="Rua Cayowaá", city="Santos", state="RJ", district="Perdizes")
    completed = autofill(typed, PERDIZES, "viacep")
    assert completed.fields == typed
    assert completed.check.conflicts == (
        Conflict("state", "RJ", "SP"),
        Conflict("city", "Santos", "São Paulo"),
        Conflict("line1", "Rua Cayowaá", "Rua Caiubi"),
    )


@pytest.mark.invariant("ADR-04")
@pytest.mark.parametrize(
    "changes", [{"line1": "r. caiubi"}, {"city": "SAO PAULO"}, {"state": "sp"}, {"state": "São Paulo"}]
)
def test_another_spelling_is_no_conflict_and_stays(changes: dict[str, str]) -> None:
    typed = replace(TYPED, **changes)
    completed = autofill(typed, PERDIZES, "viacep")
    assert completed.check.conflicts == ()
    assert {name: getattr(completed.fields, name) for name in changes} == changes


def test_the_part_of_the_street_is_nobodys_apartment() -> None:
    found = replace(PERDIZES, complemento="de 2301/2302 ao fim")
    assert autofill(TYPED, found, "viacep").fields.line2 == ""


words = st.sampled_from(["", "Rua A", "Santos", "SP", "rj", "São Paulo", "x"])
typed_addresses = st.builds(
    AddressFields,
    country=st.just("BR"),
    postal_code=st.just("05010-000"),
    line1=words,
    number=words,
    line2=words,
    district=words,
    city=words,
    state=words,
)
found_addresses = st.builds(
    CepAddress,
    cep=st.just("05010000"),
    localidade=st.sampled_from(["Santos", "São Paulo"]),
    uf=st.sampled_from(["SP", "RJ"]),
    logradouro=words,
    bairro=words,
)


@pytest.mark.invariant("ADR-04")
@given(typed_addresses, found_addresses)
def test_nothing_that_was_typed_ever_changes(typed: AddressFields, found: CepAddress) -> None:
    completed = autofill(typed, found, "viacep")
    before, after = asdict(typed), asdict(completed.fields)
    assert {name: after[name] for name in before if before[name]} == {k: v for k, v in before.items() if v}
    assert {name for name in after if after[name] != before[name]} == set(completed.check.filled)
    assert not {conflict.field for conflict in completed.check.conflicts} & set(completed.check.filled)
