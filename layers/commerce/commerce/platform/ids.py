"""Ids: random ones are injected, derived ones are pure."""

from __future__ import annotations

import base64
import hashlib
import os
from typing import Protocol


class Ids(Protocol):
    def new(self, prefix: str) -> str:
        """A fresh id, for example `evt_3kq…`, that sorts by nothing and collides with nothing."""
        ...


class RandomIds:
    def new(self, prefix: str) -> str:
        return f"{prefix}_{_text(os.urandom(15))}"


def derived_id(prefix: str, *parts: object) -> str:
    """The same id for the same parts, whoever computes it and whenever: 120 bits of SHA-256."""
    digest = hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).digest()
    return f"{prefix}_{_text(digest[:15])}"


def _text(raw: bytes) -> str:
    return base64.b32encode(raw).decode().lower()
