"""Each source's words, from the sandboxes and from the odd answers that have been seen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from commerce.addresses.gateways.brasilapi import messages as brasilapi
from commerce.addresses.gateways.brasilapi.client import BrasilApi
from commerce.addresses.gateways.opencep import messages as opencep
from commerce.addresses.gateways.opencep.client import OpenCep
from commerce.addresses.gateways.viacep import messages as viacep
from commerce.addresses.gateways.viacep.client import ViaCep
from commerce.addresses.model import CepAddress, CepSource, Precision
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ProviderUnavailable
from local.sandboxes.brasilapi.sandbox import BrasilApiSandbox
from local.sandboxes.counted import CountingSandbox
from local.sandboxes.kernel.faults import Fault, FaultKind
from local.sandboxes.opencep.sandbox import OpenCepSandbox
from local.sandboxes.viacep.sandbox import ViaCepSandbox
from tests.unit.addresses.rig import over
from tests.unit.platform.lines import recorded

NOWHERE = "99999999"
PERDIZES = "05010000"

type Pair = tuple[CountingSandbox, CepSource]


@pytest.fixture(params=["viacep", "opencep", "brasilapi"])
def pair(request: pytest.FixtureRequest) -> Pair:
    match request.param:
        case "viacep":
            sandbox: CountingSandbox = ViaCepSandbox()
            return sandbox, ViaCep(over(sandbox))
        case "opencep":
            sandbox = OpenCepSandbox()
            return sandbox, OpenCep(over(sandbox))
        case _:
            sandbox = BrasilApiSandbox()
            return sandbox, BrasilApi(over(sandbox))


def find(source: CepSource, cep: str) -> CepAddress | None:
    return source.find(cep, Deadline.after(1.5))


def page(status: int, body: bytes, **headers: str) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response._content = body
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return response


def test_a_street(pair: Pair) -> None:
    found = find(pair[1], PERDIZES)
    assert found is not None
    assert (found.cep, found.logradouro, found.bairro) == (PERDIZES, "Rua Caiubi", "Perdizes")
    assert (found.localidade, found.uf, found.precision) == ("São Paulo", "SP", Precision.STREET)


def test_viacep_says_the_most() -> None:
    found = find(ViaCep(over(ViaCepSandbox())), "01001000")
    assert found is not None
    assert (found.complemento, found.ibge, found.gia, found.ddd, found.siafi) == (
        "lado ímpar",
        "3550308",
        "1004",
        "11",
        "7107",
    )


@pytest.mark.invariant("ADR-03")
def test_a_town_with_one_cep_has_no_street(pair: Pair) -> None:
    found = find(pair[1], "87360000")
    assert found is not None
    assert (found.localidade, found.logradouro, found.precision) == ("Goioerê", "", Precision.CITY)


@pytest.mark.invariant("ADR-03")
def test_a_district_without_streets(pair: Pair) -> None:
    found = find(pair[1], "06930000")
    assert found is not None
    assert found.precision is Precision.DISTRICT


@pytest.mark.invariant("ADR-01")
def test_a_cep_that_does_not_exist(pair: Pair) -> None:
    assert find(pair[1], NOWHERE) is None


@pytest.mark.invariant("ADR-02")
@pytest.mark.parametrize("erro", ["true", True])
def test_viacep_says_missing_in_two_ways(erro: bool) -> None:
    assert find(ViaCep(over(ViaCepSandbox(erro=erro))), NOWHERE) is None


@pytest.mark.invariant("ADR-02")
@pytest.mark.parametrize(("cep", "letters"), [("18071051", "Verrone"), ("97542080", "Cerro Largo")])
def test_the_letters_in_a_name_do_not_count(pair: Pair, cep: str, letters: str) -> None:
    found = find(pair[1], cep)
    assert found is not None
    assert letters in found.logradouro + found.bairro


@pytest.mark.invariant("ADR-01")
@pytest.mark.parametrize(
    "fault",
    [
        Fault(FaultKind.HTML),
        Fault(FaultKind.STATUS, status=429, headers={"Retry-After": "60"}),
        Fault(FaultKind.STATUS, status=403),
        Fault(FaultKind.STATUS, status=500),
        Fault(FaultKind.STATUS, status=504),
        Fault(FaultKind.STATUS, status=404),
        Fault(FaultKind.GARBAGE),
        Fault(FaultKind.UNREACHABLE),
        Fault(FaultKind.HANG),
        Fault(FaultKind.CUT_BEFORE),
    ],
    ids=lambda fault: f"{fault.kind}{fault.status if fault.kind == 'status' else ''}",
)
def test_trouble_is_never_a_missing_cep(pair: Pair, fault: Fault) -> None:
    sandbox, source = pair
    sandbox.faults.add(fault)
    with pytest.raises(ProviderUnavailable):
        find(source, PERDIZES)
    assert find(source, PERDIZES) is not None


@pytest.mark.invariant("ADR-01")
def test_a_quota_says_when_to_come_back(pair: Pair) -> None:
    sandbox, source = pair
    sandbox.faults.add(Fault(FaultKind.STATUS, status=429, headers={"Retry-After": "60"}))
    with pytest.raises(ProviderUnavailable) as refused:
        find(source, PERDIZES)
    assert (refused.value.code, refused.value.retry_after) == ("provider_quota", 60)


@pytest.mark.invariant("ADR-01")
def test_brasilapi_cut_off_from_its_own_sources_knows_nothing() -> None:
    with pytest.raises(ProviderUnavailable):
        find(BrasilApi(over(BrasilApiSandbox(cut_off=True))), NOWHERE)


@pytest.mark.invariant("ADR-01")
@pytest.mark.parametrize("reached", [["viacep"], ["open-cep"], ["viacep", "open-cep"]])
def test_brasilapi_is_no_second_voice_of_those_asked_beside_it(reached: list[str]) -> None:
    with pytest.raises(ProviderUnavailable):
        find(BrasilApi(over(BrasilApiSandbox(cut_off=True, reaching=reached))), NOWHERE)


@pytest.mark.invariant("ADR-01")
def test_one_source_of_brasilapis_own_is_a_voice() -> None:
    assert find(BrasilApi(over(BrasilApiSandbox(cut_off=True, reaching=["viacep", "correios"]))), NOWHERE) is None


@pytest.mark.invariant("ADR-01")
@pytest.mark.parametrize(
    ("read", "response"),
    [
        (viacep.found, page(200, b"<html>erro</html>")),
        (viacep.found, page(200, b"[]")),
        (viacep.found, page(200, b"[" * 200_000)),
        (viacep.found, page(200, b'{"erro": "false"}')),
        (viacep.found, page(200, b'{"erro": 0, "cep": "05010-000"}')),
        (viacep.found, page(200, b'{"cep": "05010-001", "localidade": "S", "uf": "SP"}')),
        (viacep.found, page(200, b'{"cep": "05010-000", "localidade": "", "uf": "SP"}')),
        (viacep.found, page(200, b'{"cep": "05010-000", "localidade": "S", "uf": "XX"}')),
        (viacep.found, page(200, b"")),
        (viacep.found, page(400, b"<h3>Http 400</h3>")),
        (viacep.found, page(302, b"")),
        (opencep.found, page(404, b"<html>404</html>")),
        (opencep.found, page(404, b"{}")),
        (opencep.found, page(404, b"[true]")),
        (opencep.found, page(401, b"<?xml version='1.0'?><Error/>")),
        (opencep.found, page(200, b'{"error": true}')),
        (brasilapi.found, page(404, b'{"type": "service_error", "errors": []}')),
        (brasilapi.found, page(404, b'{"type": "service_error", "errors": "none"}')),
        (brasilapi.found, page(404, b'{"type": "not_found"}')),
        (brasilapi.found, page(404, b"not found")),
        (brasilapi.found, page(400, b'{"type": "validation_error"}')),
        (brasilapi.found, page(200, b"null")),
    ],
)
def test_an_answer_that_is_none_is_no_answer(
    read: Callable[[str, requests.Response], CepAddress | None], response: requests.Response
) -> None:
    with pytest.raises(ProviderUnavailable):
        read(PERDIZES, response)


def test_texts_come_without_edges_and_nulls() -> None:
    body = b'{"cep": "05010000", "logradouro": " Rua Caiubi ", "bairro": null, "localidade": "S", "uf": "sp"}'
    found = viacep.found(PERDIZES, page(200, body))
    assert found == CepAddress(PERDIZES, "S", "SP", "Rua Caiubi")


def test_a_search_is_encoded_and_its_words_stay_out_of_the_log() -> None:
    sandbox = ViaCepSandbox()
    with recorded() as lines:
        found = ViaCep(over(sandbox)).search("SP", "são paulo", "praça da sé", Deadline.after(1.5))
    assert [address.cep for address in found] == ["01001000", "01001001"]
    (call,) = [line for line in lines if line.get("message") == "provider call"]
    assert call["path"] == "/ws/{state}/{city}/{street}/json/"


@pytest.mark.parametrize("body", [b"{}", b'{"erro": "true"}', b"[1]", b'[{"cep": "1"}]', b"<html>"])
def test_a_search_that_is_none_is_no_answer(body: bytes) -> None:
    with pytest.raises(ProviderUnavailable):
        viacep.matches(page(200, body))


@pytest.mark.parametrize(
    "odd",
    [b"1", b'{"cep": "01001-000", "localidade": "", "uf": "SP"}', b'{"cep": "1", "localidade": "S", "uf": "SP"}'],
)
def test_an_odd_row_of_a_search_is_left_out_and_counted(odd: bytes) -> None:
    with recorded() as lines:
        found = viacep.matches(page(200, b'[{"cep": "05010-000", "localidade": "S", "uf": "SP"},' + odd + b"]"))
    assert [address.cep for address in found] == [PERDIZES]
    assert [line["outcome"] for line in lines.metrics if "cep_search_row" in line] == ["unreadable"]
