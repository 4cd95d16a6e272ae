"""Parts of a hand-written page that a program writes: everything between two comments that name them."""

from __future__ import annotations


class NoSuchPart(Exception):
    """The page has no pair of markers of this name."""


def part(text: str, name: str) -> str:
    """What stands between the markers.

    Raises:
        NoSuchPart
    """
    begin, end = _bounds(text, name)
    return text[begin:end].strip("\n")


def with_part(text: str, name: str, content: str) -> str:
    """The page with `content` between the markers.

    Raises:
        NoSuchPart
    """
    begin, end = _bounds(text, name)
    return f"{text[:begin]}\n{content}\n{text[end:]}"


def _bounds(text: str, name: str) -> tuple[int, int]:
    opening, closing = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    begin, end = text.find(opening), text.find(closing)
    if begin < 0 or end < begin:
        raise NoSuchPart(f"There is no {opening} with a {closing} after it.")
    return begin + len(opening), end
