"""The pictures hold the text: read by zxing, which had no part in drawing them."""

from __future__ import annotations

from base64 import b64decode

import pytest
import resvg_py
import segno

from commerce.payments.pix.qr import png_base64, svg
from local.pictures import read_codes
from tests.unit.payments.pix import vectors

TEXTS = [*vectors.ALL, "x" * 512]


@pytest.mark.parametrize("text", TEXTS)
def test_the_png(text: str) -> None:
    picture = b64decode(png_base64(text), validate=True)

    assert picture.startswith(b"\x89PNG")
    assert read_codes(picture) == [text]


@pytest.mark.parametrize("text", TEXTS)
def test_the_svg(text: str) -> None:
    picture = svg(text)

    assert picture.startswith("<svg ")
    assert read_codes(bytes(resvg_py.svg_to_bytes(svg_string=picture, width=600))) == [text]


def test_both_pictures_are_of_one_code(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    make = segno.make_qr

    def counted(text: str, *, error: str) -> segno.QRCode:
        made.append(text)
        return make(text, error=error)

    monkeypatch.setattr(segno, "make_qr", counted)

    for text in ("one", "another"):
        png_base64(text)
        svg(text)

    assert made == ["one", "another"]


def test_the_svg_brings_its_own_white() -> None:
    on_black = resvg_py.svg_to_bytes(svg_string=svg(vectors.MANUAL), width=600, background="black")

    assert read_codes(bytes(on_black)) == [vectors.MANUAL]
