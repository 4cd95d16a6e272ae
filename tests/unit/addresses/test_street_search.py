"""CEPs of a street: checked here before anybody is asked, kept for a day, and honest about where it was cut."""

from __future__ import annotations

import pytest

from commerce.addresses.gateways.viacep.client import ViaCep
from commerce.addresses.sources import GuardedStreets
from commerce.addresses.street_search import StreetSearch
from commerce.platform.errors import BadRequest, ProviderUnavailable, Unprocessable
from local.sandboxes.kernel.faults import Fault, FaultKind
from tests.unit.addresses.rig import Desk, Through, over


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def search(desk: Desk) -> StreetSearch:
    return StreetSearch(GuardedStreets(ViaCep(over(desk.viacep)), Through()), desk.cache)


@pytest.mark.parametrize("city", ["São Paulo", "sao paulo", "SÃO  PAULO", " São Paulo "])
def test_accents_case_and_spaces_do_not_matter(search: StreetSearch, city: str) -> None:
    found = search.search("sp", city, "praça da sé")
    assert [address.cep for address in found.addresses] == ["01001000", "01001001"]
    assert (found.truncated, found.source, found.cached) == (False, "viacep", False)


def test_the_same_search_is_kept_for_a_day(desk: Desk, search: StreetSearch) -> None:
    search.search("SP", "São Paulo", "Rua Augusta")
    again = search.search("SP", "sao paulo", "RUA AUGUSTA")
    assert again.cached
    assert desk.viacep.asked.total() == 1
    desk.clock.advance(24 * 3600)
    assert not search.search("SP", "São Paulo", "Rua Augusta").cached


def test_nothing_found_is_an_answer(search: StreetSearch) -> None:
    found = search.search("SP", "São Paulo", "Rua que não existe")
    assert (list(found.addresses), found.truncated) == ([], False)


@pytest.mark.invariant("ADR-08")
def test_fifty_results_are_flagged(search: StreetSearch) -> None:
    found = search.search("BA", "Salvador", "Avenida Longa")
    assert (len(found.addresses), found.truncated) == (50, True)
    assert search.search("BA", "Salvador", "Avenida Longa").truncated, "also from the table"


@pytest.mark.invariant("ADR-08")
@pytest.mark.parametrize(
    ("city", "street", "field"),
    [
        ("SP", "Augusta", "city"),
        ("São Paulo", "ab", "street"),
        ("", "Augusta", "city"),
        ("São Paulo", " a. ", "street"),
        ("São Paulo", "...", "street"),
        ("../..", "Augusta", "city"),
    ],
)
def test_under_three_letters_nobody_is_asked(
    desk: Desk, search: StreetSearch, city: str, street: str, field: str
) -> None:
    with pytest.raises(BadRequest) as refused:
        search.search("SP", city, street)
    assert refused.value.code == "search_too_short"
    assert refused.value.details["fields"] == [{"field": field, "problem": "must have 3 letters at least"}]
    assert desk.viacep.journal.entries() == []
    assert desk.table.calls == []


def test_an_unknown_state_is_422_and_nobody_is_asked(desk: Desk, search: StreetSearch) -> None:
    with pytest.raises(Unprocessable) as refused:
        search.search("XX", "São Paulo", "Augusta")
    assert refused.value.code == "unknown_state"
    assert desk.viacep.journal.entries() == []


def test_what_would_break_a_path_is_left_out(desk: Desk, search: StreetSearch) -> None:
    search.search("SP", "São Paulo/../..", "Rua <Augusta>?x=%2F#")
    (entry,) = desk.viacep.journal.entries()
    assert entry.path == "/ws/SP/São Paulo .. ../Rua Augusta x 2F/json/"


@pytest.mark.invariant("ADR-01")
def test_an_outage_is_not_an_empty_list(desk: Desk, search: StreetSearch) -> None:
    desk.viacep.faults.add(Fault(FaultKind.HTML))
    with pytest.raises(ProviderUnavailable):
        search.search("SP", "São Paulo", "Augusta")
    assert desk.table.rows == {}


def test_a_search_that_times_out_leaves_nothing_in_doubt(desk: Desk, search: StreetSearch) -> None:
    desk.viacep.faults.add(Fault(FaultKind.HANG))
    with pytest.raises(ProviderUnavailable) as silent:
        search.search("SP", "São Paulo", "Augusta")
    assert (silent.value.code, silent.value.retryable) == ("provider_silent", True)
