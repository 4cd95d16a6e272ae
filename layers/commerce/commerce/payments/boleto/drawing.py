"""A boleto's barcode as a drawing: interleaved 2 of 5, in the size that FEBRABAN asks for."""

from __future__ import annotations

from commerce.payments.boleto.codes import parse_barcode

WIDTH = 103.0
HEIGHT = 13.0
"""Millimetres of the bars, without the quiet zone."""

_QUIET_ZONE = 5.0
_WIDE = 3
"""A wide bar is three narrow ones: the most that the symbology allows, and the easiest to read."""


def barcode_svg(barcode: str) -> str:
    """An SVG element of 113 x 15 mm, bars of 103 x 13 mm, black on white.

    Raises:
        Unprocessable: `invalid_barcode`: what is no boleto is not drawn.
    """
    # Imported here: 29 ms, which only those pay who draw one.
    from barcode import ITF  # noqa: PLC0415
    from barcode.writer import SVGWriter  # noqa: PLC0415

    writer = SVGWriter()
    writer.with_doctype = False
    writer.compress = True
    bars = ITF(parse_barcode(barcode).barcode, writer=writer, narrow=1, wide=_WIDE)
    drawn: bytes = bars.render(
        {
            "module_width": WIDTH / len(bars.build()[0]),
            "module_height": HEIGHT,
            "quiet_zone": _QUIET_ZONE,
            "write_text": False,
        }
    )
    return drawn.decode("utf-8").partition("?>")[2]
