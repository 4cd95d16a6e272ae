"""Which texts the directory knows as Pix keys."""

from __future__ import annotations

import pytest

from commerce.payments.pix.keys import PixKeyKind, key_kind


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("52998224725", PixKeyKind.CPF),
        ("16727230000197", PixKeyKind.CNPJ),
        ("12ABC34501DE35", PixKeyKind.CNPJ),
        ("+5561912345678", PixKeyKind.PHONE),
        ("fulano_da_silva.recebedor@example.com", PixKeyKind.EMAIL),
        ("123e4567-e12b-12d1-a456-426655440000", PixKeyKind.RANDOM),
    ],
)
def test_kinds(key: str, kind: PixKeyKind) -> None:
    assert key_kind(key) is kind


@pytest.mark.parametrize(
    "key",
    [
        "",
        "529.982.247-25",
        "52998224726",
        "12abc34501de35",
        "5561912345678",
        "+55 61 91234-5678",
        "Fulano@Example.com",
        "fulano@example",
        f"{'a' * 66}@example.com",
        "123E4567-E12B-12D1-A456-426655440000",
        "123e4567e12b12d1a456426655440000",
    ],
)
def test_what_the_directory_would_not_find(key: str) -> None:
    assert key_kind(key) is None
