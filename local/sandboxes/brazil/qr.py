"""The picture of a Pix code."""

from __future__ import annotations

import base64
import io

import segno


def png_base64(text: str) -> str:
    """A PNG with the QR code of `text`, in base64 without any `data:` before it."""
    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(picture, kind="png", scale=4, border=4)
    return base64.b64encode(picture.getvalue()).decode()
