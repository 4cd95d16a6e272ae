"""Reads codes off pictures, by another hand than drew them: what a buyer's phone does."""

from __future__ import annotations

from io import BytesIO

import zxingcpp
from PIL import Image


def read_codes(picture: bytes) -> list[str]:
    """The texts of all bar and QR codes on a picture (PNG or any other format that Pillow opens)."""
    with Image.open(BytesIO(picture)) as opened:
        return [found.text for found in zxingcpp.read_barcodes(opened.convert("L"))]
