"""Compact JSON text. One encoder for all: `json.dumps` with any option builds a new one for each call."""

from __future__ import annotations

import json
from collections.abc import Callable

compact: Callable[[object], str] = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
"""Without spaces, with UTF-8 as it is; raises TypeError for what JSON has no word for."""
