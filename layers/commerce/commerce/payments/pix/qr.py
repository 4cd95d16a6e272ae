"""A text as a QR code: for a browser that shows the picture, and for one that scales it."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segno import QRCode

_QUIET_ZONE = 4
"""Modules of white around the code; ISO/IEC 18004 asks for four."""


def png_base64(text: str, *, scale: int = 8) -> str:
    """The PNG of the QR code of `text`, in base64 without a data: prefix; `scale` pixels for each module."""
    picture = BytesIO()
    _code(text).save(picture, kind="png", scale=scale, border=_QUIET_ZONE)
    return b64encode(picture.getvalue()).decode("ascii")


def svg(text: str) -> str:
    """The QR code of `text` as an SVG element that fills its container; white behind it, for pages in dark mode."""
    picture = BytesIO()
    _code(text).save(
        picture, kind="svg", border=_QUIET_ZONE, light="#fff", omitsize=True, xmldecl=False, svgclass=None, nl=False
    )
    return picture.getvalue().decode("utf-8")


@lru_cache(maxsize=1)
def _code(text: str) -> QRCode:
    """Kept for the other picture: finding the best of eight masks is most of the work (ISO/IEC 18004, 7.8)."""
    # Imported here: 47 ms, which only those pay who show a code.
    import segno  # noqa: PLC0415

    return segno.make_qr(text, error="m")
