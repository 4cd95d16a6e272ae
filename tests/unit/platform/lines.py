"""Reads what a test made the application log and count."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from commerce.platform.observability import flush_metrics, logger


class Lines(list[dict[str, Any]]):
    """Log lines and metrics, as dicts, in their order."""

    text: str = ""

    @property
    def logs(self) -> list[dict[str, Any]]:
        return [line for line in self if "_aws" not in line]

    @property
    def metrics(self) -> list[dict[str, Any]]:
        """Without time and definitions: dimensions and values."""
        return [{key: value for key, value in line.items() if key != "_aws"} for line in self if "_aws" in line]


@contextmanager
def recorded() -> Iterator[Lines]:
    """Everything that is written inside the block; it is read when the block ends."""
    stream = io.StringIO()
    lines = Lines()
    with patch("sys.stdout", io.StringIO()):
        flush_metrics()
    handler: Any = logger.registered_handler
    before = handler.setStream(stream)
    try:
        with patch("sys.stdout", stream):
            yield lines
            flush_metrics()
    finally:
        handler.setStream(before)
        lines.text = stream.getvalue()
        lines.extend(json.loads(line) for line in lines.text.splitlines())
