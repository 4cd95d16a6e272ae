"""The drawing of the payment's states says what the code says, no more and no less, and is the one on the page."""

from __future__ import annotations

import re
from itertools import permutations
from pathlib import Path

import pytest

from commerce.payments.status import MOVES, PaymentStatus
from local.diagrams.command import PAGE, PART, content, main
from local.diagrams.groups import groups_of
from local.diagrams.marked import NoSuchPart, part, with_part
from local.diagrams.payment_states import FREE, drawing, table

ALLOWED = {(before.value, after.value) for before, targets in MOVES.items() for after in targets if after != before}


def read_drawing(text: str) -> tuple[dict[str, set[str]], set[tuple[str, str]]]:
    """The states inside every box (a state is a box of its own), and every move that an arrow or a title tells."""
    boxes: dict[str, set[str]] = {}
    arrows: list[tuple[str, str]] = []
    free: list[str] = []
    open_boxes: list[str] = []
    for line in map(str.strip, text.splitlines()[1:]):
        if box := re.fullmatch(r'state "(.*)" as (\w+) \{', line):
            open_boxes.append(box[2])
            boxes[box[2]] = set()
            free += [box[2]] if FREE in box[1] else []
        elif line == "}":
            open_boxes.pop()
        elif arrow := re.fullmatch(r"(\S+) --> (\w+)", line):
            arrows.append((arrow[1], arrow[2]))
        else:
            assert re.fullmatch(r"\w+", line), line
            boxes[line] = {line}
            for box_name in open_boxes:
                boxes[box_name].add(line)
    moves = {(a, b) for one, other in arrows if one != "[*]" for a in boxes[one] for b in boxes[other]}
    moves |= {pair for name in free for pair in permutations(boxes[name], 2)}
    return boxes, moves


def test_the_drawing_shows_exactly_the_moves_of_the_code() -> None:
    boxes, moves = read_drawing(drawing())
    assert moves == ALLOWED
    assert boxes["LIVE"] | boxes["SETTLED"] | boxes["DEAD"] == {state.value for state in PaymentStatus}


def test_the_table_has_a_row_for_every_state() -> None:
    first_column = [line.split("|")[1] for line in table().splitlines()[2:]]
    named = [name for cell in first_column for name in re.findall(r"`(\w+)`", cell)]
    assert sorted(named) == sorted(PaymentStatus)


def test_the_page_has_the_current_drawing() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert part(page, PART) == content(), "Run `python -m local diagrams`."
    assert main(["--check"]) == 0


def test_a_page_that_is_out_of_date_is_noticed_and_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n<!-- {PART}:begin -->\nold\n<!-- {PART}:end -->\nafter\n", encoding="utf-8")
    monkeypatch.setattr("local.diagrams.command.PAGE", page)
    assert main(["--check"]) == 1
    assert "python -m local diagrams" in capsys.readouterr().err
    assert main([]) == 0
    assert main(["--check"]) == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")


def test_states_are_grouped_only_when_nothing_tells_them_apart() -> None:
    moves = {"start": "ab", "a": "bx", "b": "ax", "x": "y", "y": "x", "z": ""}
    groups = groups_of(["start", "a", "b", "x", "y", "z"], {state: set(targets) for state, targets in moves.items()})
    assert [(group.members, group.is_free) for group in groups] == [
        (("start",), False),
        (("a", "b"), True),
        (("x",), False),
        (("y",), False),
        (("z",), False),
    ]


@pytest.mark.parametrize("text", ["nothing", "<!-- a:end --> <!-- a:begin -->", "<!-- a:begin -->"])
def test_a_page_without_the_markers_is_refused(text: str) -> None:
    with pytest.raises(NoSuchPart, match="<!-- a:begin -->"):
        with_part(text, "a", "content")
