"""The drawing can be scanned: rendered, and read by zxing."""

from __future__ import annotations

import re

import pytest
import resvg_py

from commerce.payments.boleto.drawing import HEIGHT, WIDTH, barcode_svg
from commerce.platform.errors import Unprocessable
from local.pictures import read_codes
from tests.unit.payments.boleto import vectors

BARCODES = [barcode for _, barcode, *_ in vectors.BOLETOS]


@pytest.mark.parametrize("barcode", BARCODES)
@pytest.mark.parametrize("dots_per_inch", [203, 300, 600])
def test_a_scanner_reads_the_drawing(barcode: str, dots_per_inch: int) -> None:
    picture = resvg_py.svg_to_bytes(svg_string=barcode_svg(barcode), dpi=dots_per_inch)

    assert read_codes(bytes(picture)) == [barcode]


def test_it_is_as_large_as_febraban_asks() -> None:
    bars = [
        (float(x), float(width), float(height))
        for x, width, height in re.findall(
            r'<rect x="([\d.]+)mm" y="[\d.]+mm" width="([\d.]+)mm" height="([\d.]+)mm"', barcode_svg(BARCODES[0])
        )
    ]

    left, right = bars[0][0], bars[-1][0] + bars[-1][1]
    assert right - left == pytest.approx(WIDTH, abs=0.01)
    assert {height for *_, height in bars} == {HEIGHT}
    assert {round(width / WIDTH * 405) for _, width, _ in bars} == {1, 3}


def test_it_is_one_element_that_a_page_can_hold() -> None:
    drawing = barcode_svg(BARCODES[0])

    assert drawing.startswith("<svg ")
    assert drawing.endswith("</svg>")


def test_what_is_no_boleto_is_not_drawn() -> None:
    with pytest.raises(Unprocessable):
        barcode_svg(BARCODES[0][:-1])
