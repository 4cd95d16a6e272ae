"""A data set of CEPs as it comes: zip files, folders, JSON files, one address or a list of them in each."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

type Found = tuple[str, Any]
"""Where it was, and the JSON that was there; None for what is no JSON."""


def entries(path: Path) -> Iterator[Found]:
    """Every address in a file or folder, one after the other: the whole set never is in memory.

    Raises:
        OSError, zipfile.BadZipFile: it cannot be read at all.
    """
    if path.is_dir():
        for file in sorted(path.rglob("*.json")):
            yield from _split(str(file), file.read_bytes())
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith(".json"):
                    yield from _split(f"{path}/{name}", archive.read(name))
    else:
        yield from _split(str(path), path.read_bytes())


def _split(place: str, raw: bytes) -> Iterator[Found]:
    try:
        value = json.loads(raw)
    except ValueError:
        yield place, None
        return
    if isinstance(value, list):
        yield from ((f"{place}[{number}]", entry) for number, entry in enumerate(value))
    else:
        yield place, value
