"""From what was typed to what is saved, with the sources well and with the sources down."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest

from commerce.addresses.book_model import AddressFields, CheckStatus
from commerce.addresses.completion import complete
from commerce.addresses.model import CepAddress, CepAnswer
from commerce.platform.errors import BadRequest, ProviderUnavailable, Unprocessable
from tests.unit.addresses.rig import PERDIZES
from tests.unit.platform.lines import recorded


def found(cep: str) -> CepAnswer:
    assert cep == PERDIZES.cep
    return CepAnswer(PERDIZES, "viacep")


def missing(_cep: str) -> CepAnswer:
    return CepAnswer(None, "opencep")


def down(_cep: str) -> CepAnswer:
    raise ProviderUnavailable("Nobody could say.", code="cep_sources_unavailable")


def never(_cep: str) -> NoReturn:
    raise AssertionError("nobody must be asked")


def brazil(**fields: Any) -> AddressFields:
    return AddressFields("BR", **{"postal_code": "05.010-000", **fields})


def test_the_cep_is_written_as_it_is_printed() -> None:
    completed = complete(brazil(number="10"), found)
    assert (completed.fields.postal_code, completed.fields.line1) == ("05010-000", "Rua Caiubi")


@pytest.mark.invariant("ADR-05")
def test_a_malformed_cep_is_refused_and_nobody_is_asked() -> None:
    with pytest.raises(BadRequest) as refused:
        complete(brazil(postal_code="0501"), never)
    assert refused.value.code == "malformed_cep"
    problem = "must be eight digits, such as 01001-000"
    assert refused.value.details == {"fields": [{"field": "postal_code", "problem": problem}]}


def test_a_state_that_is_none_is_refused_and_nobody_is_asked() -> None:
    with pytest.raises(Unprocessable) as refused:
        complete(brazil(state="XX"), never)
    assert refused.value.code == "unknown_state"


@pytest.mark.invariant("ADR-03")
def test_a_town_is_saved_without_a_street() -> None:
    town = CepAddress("87360000", "Goioerê", "PR")
    completed = complete(brazil(postal_code="87360000"), lambda _: CepAnswer(town, "viacep"))
    assert (completed.fields.city, completed.fields.line1) == ("Goioerê", "")


@pytest.mark.invariant("ADR-01")
@pytest.mark.parametrize(("find", "status"), [(missing, CheckStatus.NOT_FOUND), (down, CheckStatus.UNAVAILABLE)])
def test_what_was_typed_in_full_is_saved_whatever_the_cep_says(find: Any, status: CheckStatus) -> None:
    typed = brazil(line1="Rua Nova", city="Santos", state="SP")
    completed = complete(typed, find)
    assert (completed.check.status, completed.check.filled) == (status, ())
    assert (completed.fields.line1, completed.fields.city) == ("Rua Nova", "Santos")


def test_what_nobody_knows_must_be_typed() -> None:
    with pytest.raises(Unprocessable, match="check it") as refused:
        complete(brazil(city="Santos"), missing)
    assert refused.value.code == "address_incomplete"
    assert refused.value.details["fields"] == [{"field": "state", "problem": "is required"}]


@pytest.mark.invariant("ADR-01")
def test_what_cannot_be_looked_up_right_now_may_be_sent_again() -> None:
    with pytest.raises(ProviderUnavailable, match="right now") as later:
        complete(brazil(number="10"), down)
    assert (later.value.code, later.value.retryable, later.value.retry_after) == ("cep_sources_unavailable", True, 30)
    assert [field["field"] for field in later.value.details["fields"]] == ["city", "state"]  # type: ignore[attr-defined]


@pytest.mark.invariant("AUT-04")
def test_an_outage_is_written_down_without_the_address() -> None:
    with recorded() as lines:
        complete(brazil(line1="Rua Nova", city="Santos", state="SP"), down)
    (line,) = lines.logs
    assert line["code"] == "cep_sources_unavailable"
    assert "05010" not in lines.text
    assert "Rua Nova" not in lines.text


def test_abroad_it_is_stored_as_given() -> None:
    typed = AddressFields("US", "97201", "Main Street", "7", city="Portland", state="Oregon")
    completed = complete(typed, never)
    assert (completed.fields, completed.check.status) == (typed, CheckStatus.NOT_CHECKED)


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        (AddressFields("US", "97201", "Main Street"), ["city"]),
        (AddressFields("US", "", "Main Street", city="Portland"), ["postal_code"]),
        (AddressFields("HK"), ["line1"]),
    ],
)
def test_abroad_too_there_is_what_no_letter_arrives_without(typed: AddressFields, fields: list[str]) -> None:
    with pytest.raises(Unprocessable) as refused:
        complete(typed, never)
    assert [field["field"] for field in refused.value.details["fields"]] == fields  # type: ignore[attr-defined]


def test_a_code_of_another_country_is_refused() -> None:
    with pytest.raises(Unprocessable) as refused:
        complete(AddressFields("US", "SW1A 1AA", "Main Street", city="Portland"), never)
    assert refused.value.code == "postal_code_invalid"
