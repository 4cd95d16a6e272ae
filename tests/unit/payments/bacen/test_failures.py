"""Error answers of banks: did it happen, did it not, or can only a read tell?"""

from __future__ import annotations

import json
from typing import Any

import pytest

from commerce.payments.gateways.bacen.failures import translate
from commerce.platform.errors import (
    ConfigurationError,
    ProviderAmbiguous,
    ProviderConflict,
    ProviderMissing,
    ProviderRefused,
    ProviderUnavailable,
)

TYPE = "https://pix.bcb.gov.br/api/v2/error/"
PERSONAL = ("39053344705", "Ana Souza", "ana@example.com", "+5511987654321")


def problem(kind: str, *properties: str, **more: Any) -> dict[str, Any]:
    violations = [
        {"razao": f"O CPF {PERSONAL[0]} de {PERSONAL[1]} é inválido.", "propriedade": name, "valor": PERSONAL[2]}
        for name in properties
    ]
    return {"type": TYPE + kind, "title": PERSONAL[3], "detail": PERSONAL[0], "violacoes": violations, **more}


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, problem("CobOperacaoInvalida"), ProviderRefused),
        (422, {"codigo": "422"}, ProviderRefused),
        (410, problem("PermanentementeRemovido"), ProviderRefused),
        (404, problem("CobNaoEncontrado"), ProviderMissing),
        (404, None, ProviderAmbiguous),
        (409, {"nome": "txid_duplicado"}, ProviderConflict),
        (409, None, ProviderConflict),
        (429, None, ProviderUnavailable),
        (401, None, ConfigurationError),
        (403, problem("AcessoNegado"), ConfigurationError),
        (400, None, ProviderAmbiguous),
        (408, {}, ProviderAmbiguous),
        (500, problem("ErroInternoDoServidor"), ProviderAmbiguous),
        (503, problem("ServicoIndisponivel"), ProviderAmbiguous),
        (504, problem("IndisponibilidadePorTempoEsgotado"), ProviderAmbiguous),
        (302, None, ProviderAmbiguous),
    ],
)
def test_what_a_write_came_to(status: int, body: dict[str, Any] | None, expected: type[Exception]) -> None:
    assert type(translate(status, body, reads=False)) is expected


@pytest.mark.parametrize("status", [302, 400, 404, 408, 409, 410, 422, 429, 500, 503, 504])
def test_a_read_is_missing_or_says_nothing(status: int) -> None:
    expected = ProviderMissing if status == 404 else ProviderUnavailable
    assert type(translate(status, {}, reads=True)) is expected
    assert type(translate(status, None, reads=True)) is ProviderUnavailable


def test_how_long_to_wait_is_told() -> None:
    assert translate(429, {}, reads=False, retry_after=7).retry_after == 7


@pytest.mark.parametrize(
    ("body", "details"),
    [
        (
            problem("CobOperacaoInvalida", "cob.valor.original"),
            {"provider_code": "CobOperacaoInvalida", "param": "cob.valor.original"},
        ),
        (
            problem("CobOperacaoInvalida", "pix[0].valor", "x"),
            {"provider_code": "CobOperacaoInvalida", "param": "pix[0].valor"},
        ),
        ({"nome": "valor_invalido", "mensagem": PERSONAL[0]}, {"provider_code": "valor_invalido"}),
        ({"codigo": PERSONAL[0], "mensagem": PERSONAL[1]}, {}),
        ({"error": PERSONAL[1]}, {}),
        ({"type": 7, "violacoes": [7, {"propriedade": 7}]}, {}),
        ({"violacoes": "x"}, {}),
        (problem("CobOperacaoInvalida", PERSONAL[2], PERSONAL[0]), {"provider_code": "CobOperacaoInvalida"}),
    ],
)
def test_only_words_for_what_and_where_are_told(body: dict[str, Any], details: dict[str, Any]) -> None:
    assert translate(400, body, reads=False).details == details


@pytest.mark.invariant("AUT-04")
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 429, 500])
@pytest.mark.parametrize("reads", [True, False])
def test_nothing_personal_comes_through(status: int, reads: bool) -> None:
    error = translate(status, problem("CobOperacaoInvalida", *PERSONAL, codigo=PERSONAL[0]), reads=reads)
    told = json.dumps([error.message, error.code, error.details, error.provider_ref])
    assert not [value for value in PERSONAL if value in told]
