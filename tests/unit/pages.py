"""The pages that people read, taken apart: links, headings, code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(path: Path, language: str) -> list[str]:
    """The fenced blocks of one language; the empty word is for blocks without one."""
    return [found[3] for found in _FENCE.finditer(read(path)) if found[2] == language]


def prose(path: Path) -> str:
    """The page without its fenced blocks."""
    return _FENCE.sub("", read(path))


def spans(path: Path) -> Iterator[str]:
    """What stands between backticks in the prose."""
    yield from re.findall(r"`([^`\n]+)`", prose(path))


def links(path: Path) -> Iterator[tuple[str, str]]:
    """Target and anchor of every link that stays in the repository."""
    for target in _LINK.findall(prose(path)):
        if not re.match(r"[a-z]+:", target):
            file, _, anchor = target.partition("#")
            yield file, anchor


def anchors(path: Path) -> set[str]:
    """What GitHub makes of the headings."""
    headings = re.findall(r"^#+ (.*)$", prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def shell_commands(path: Path) -> list[str]:
    """Commands of the shell blocks, each on one line."""
    text = "\n".join([*blocks(path, "sh"), *blocks(path, "")])
    text = re.sub(r"\\\n\s*", " ", text)
    text = re.sub(r"'[^']*'", lambda quoted: " ".join(quoted[0].split()), text)
    return [line.strip() for line in text.splitlines() if line.strip()]
