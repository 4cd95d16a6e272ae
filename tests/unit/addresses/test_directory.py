"""A CEP from the table, or from whoever answers first; what is kept, and what never is."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from commerce.addresses.model import CepAddress
from commerce.platform.errors import ProviderUnavailable
from local.sandboxes.kernel.faults import Fault, FaultKind
from tests.unit.addresses.rig import PERDIZES, Desk, Scripted, down

CEP = PERDIZES.cep
NOWHERE = "99999999"


def test_viacep_answers_alone() -> None:
    desk = Desk()
    answer = desk.directory.find(CEP)
    assert answer.address is not None
    assert (answer.address.ddd, answer.source, answer.cached) == ("11", "viacep", False)
    assert (desk.viacep.asked[CEP], desk.opencep.asked[CEP], desk.brasilapi.asked[CEP]) == (1, 0, 0)


def test_the_second_look_costs_one_read_and_nothing_else() -> None:
    desk = Desk()
    first = desk.directory.find(CEP)
    desk.table.calls.clear()
    second = desk.directory.find(CEP)
    assert (second.address, second.source, second.cached) == (first.address, "viacep", True)
    assert desk.table.calls == ["GetItem"]
    assert desk.viacep.asked.total() == 1


def test_thirty_days_later_it_is_asked_again() -> None:
    desk = Desk()
    desk.directory.find(CEP)
    desk.clock.advance(timedelta(days=30).total_seconds() - 1)
    assert desk.directory.find(CEP).cached
    desk.clock.advance(1)
    assert not desk.directory.find(CEP).cached


def test_an_answer_without_the_citys_number_is_asked_for_again_the_next_day() -> None:
    poorer = replace(PERDIZES, ibge="")
    desk = Desk(Scripted("viacep", down(), PERDIZES), Scripted("opencep", down()), Scripted("brasilapi", poorer))
    assert desk.directory.find(CEP).address == poorer
    desk.clock.advance(24 * 3600 - 1)
    assert desk.directory.find(CEP).cached
    desk.clock.advance(1)
    assert desk.directory.find(CEP).address == PERDIZES


@pytest.mark.invariant("ADR-03")
def test_a_town_that_viacep_does_not_know_is_found() -> None:
    desk = Desk()
    answer = desk.directory.find("54580000")
    assert answer.address is not None
    assert (answer.address.localidade, answer.source) == ("Cabo de Santo Agostinho", "opencep")


@pytest.mark.invariant("ADR-01")
def test_two_must_say_that_it_does_not_exist() -> None:
    desk = Desk()
    answer = desk.directory.find(NOWHERE)
    assert (answer.address, answer.cached) == (None, False)
    assert (desk.viacep.asked[NOWHERE], desk.opencep.asked[NOWHERE], desk.brasilapi.asked[NOWHERE]) == (1, 1, 0)


@pytest.mark.invariant("ADR-01")
def test_what_does_not_exist_is_kept_for_a_day() -> None:
    desk = Desk()
    desk.directory.find(NOWHERE)
    desk.clock.advance(24 * 3600 - 1)
    kept = desk.directory.find(NOWHERE)
    assert (kept.address, kept.cached) == (None, True)
    desk.clock.advance(1)
    assert not desk.directory.find(NOWHERE).cached


@pytest.mark.invariant("ADR-01")
def test_one_voice_among_failures_is_not_enough_and_nothing_is_kept() -> None:
    desk = Desk(Scripted("viacep", None), Scripted("opencep", down()), Scripted("brasilapi", down(), PERDIZES))
    with pytest.raises(ProviderUnavailable) as unknown:
        desk.directory.find(CEP)
    assert unknown.value.code == "cep_sources_unavailable"
    assert unknown.value.details == {
        "failed": {"opencep": "provider_failed", "brasilapi": "provider_failed"},
        "missing": ["viacep"],
    }
    assert CEP not in unknown.value.message
    assert desk.table.rows == {}
    assert desk.directory.find(CEP).address == PERDIZES


@pytest.mark.invariant("ADR-01")
def test_all_down_is_not_missing() -> None:
    desk = Desk()
    for sandbox in (desk.viacep, desk.opencep, desk.brasilapi):
        sandbox.faults.add(Fault(FaultKind.UNREACHABLE))
    with pytest.raises(ProviderUnavailable):
        desk.directory.find(NOWHERE)
    assert desk.table.rows == {}


def test_the_next_is_asked_at_once_when_one_fails() -> None:
    desk = Desk()
    desk.viacep.faults.add(Fault(FaultKind.UNREACHABLE))
    began = time.monotonic()
    answer = desk.directory.find(CEP)
    assert answer.source == "opencep"
    assert time.monotonic() - began < 0.25
    assert desk.brasilapi.asked.total() == 0


def test_the_next_is_asked_beside_one_that_hangs() -> None:
    never = threading.Event()
    hangs, answers = Scripted("viacep", PERDIZES, after=never), Scripted("opencep", PERDIZES)
    try:
        began = time.monotonic()
        answer = Desk(hangs, answers).directory.find(CEP)
    finally:
        never.set()
    assert answer.source == "opencep"
    assert 0.25 < time.monotonic() - began < 0.8


def test_the_third_is_asked_when_two_hang() -> None:
    never = threading.Event()
    first, second = Scripted("viacep", PERDIZES, after=never), Scripted("opencep", PERDIZES, after=never)
    try:
        began = time.monotonic()
        answer = Desk(first, second, Scripted("brasilapi", PERDIZES)).directory.find(CEP)
    finally:
        never.set()
    assert answer.source == "brasilapi"
    assert time.monotonic() - began < 0.8


def test_a_late_first_source_still_counts() -> None:
    slow = threading.Event()
    first = Scripted("viacep", PERDIZES, after=slow)
    threading.Timer(0.4, slow.set).start()
    answer = Desk(first, Scripted("opencep", None), Scripted("brasilapi", down())).directory.find(CEP)
    assert answer.source == "viacep"


@pytest.mark.invariant("ADR-06")
def test_a_stampede_asks_once() -> None:
    crowd = 100
    gate = threading.Event()
    source = Scripted("viacep", PERDIZES, after=gate)
    desk = Desk(source)
    with ThreadPoolExecutor(crowd) as pool:
        looks = [pool.submit(desk.directory.find, CEP) for _ in range(crowd)]
        gate.set()
        answers = [look.result(timeout=10) for look in looks]
    assert {answer.address for answer in answers} == {PERDIZES}
    assert source.asked == 1


def test_other_ceps_do_not_wait() -> None:
    gate = threading.Event()

    class ByCep(Scripted):
        def find(self, cep: str, deadline: object) -> CepAddress | None:  # noqa: ARG002 - as a source
            if cep == "01001000":
                gate.wait(5)
            return CepAddress(cep, "São Paulo", "SP")

    desk = Desk(ByCep("viacep"))
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(desk.directory.find, "01001000")
        assert desk.directory.find(CEP).address is not None
        gate.set()
        assert slow.result(timeout=10).address is not None


def test_a_bug_of_ours_is_not_taken_for_an_outage() -> None:
    with pytest.raises(ZeroDivisionError):
        Desk(Scripted("viacep", ZeroDivisionError()), Scripted("opencep", down())).directory.find(CEP)


def test_a_bug_in_one_source_leaves_the_answer_to_the_next() -> None:
    answer = Desk(Scripted("viacep", ZeroDivisionError()), Scripted("opencep", PERDIZES)).directory.find(CEP)
    assert answer.source == "opencep"
