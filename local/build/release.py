"""The release hash: one short text that differs whenever something that is deployed differs.

A change in the layer alone publishes no new version of a function behind an alias, and the alias would go on serving
the old code (aws/serverless-application-model#3610). The template gives this hash to `AutoPublishCodeSha256` of every
function.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

SOURCES = ("functions", "layers")
FILES = ("template.yaml", "local/locks/runtime.lock")
"""The template counts too: memory, timeouts and rights of a version are frozen with its code."""

LENGTH = 32
_NOT_DEPLOYED = frozenset({"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"})


def release_hash(root: Path) -> str:
    """Hex digits of a SHA-256 over the sources of layer and functions, what they require, and the template.

    Depends on the files' names and bytes only: not on their times, nor on where the repository lies.
    """
    digest = hashlib.sha256()
    for path in sorted(_deployed(root), key=lambda path: path.relative_to(root).as_posix()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:LENGTH]


def _deployed(root: Path) -> Iterator[Path]:
    yield from (root / name for name in FILES)
    for folder in SOURCES:
        for path in (root / folder).rglob("*"):
            if path.is_file() and path.suffix != ".pyc" and not _NOT_DEPLOYED.intersection(path.parts):
                yield path
