"""How the demo's story looks."""

from __future__ import annotations

import io

import pytest

from local.demo.telling import WIDTH, Teller


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.mark.usefixtures("colours")
def test_a_terminal_gets_colours_and_a_file_none() -> None:
    terminal, file = Terminal(), io.StringIO()
    for out in (terminal, file):
        Teller(out).good("well")
    assert (terminal.getvalue(), file.getvalue()) == ("\x1b[32mwell\x1b[0m\n", "well\n")


@pytest.mark.usefixtures("colours")
@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", ""), ("TERM", "dumb")])
def test_colours_can_be_declined(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    out = Terminal()
    Teller(out).wrong("badly")
    assert out.getvalue() == "badly\n"


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    out = io.StringIO()
    Teller(out).table(("order", "ms"), [("order-1", "7"), ("o", "1250")], right=(1,))
    assert out.getvalue() == "  order      ms\n  order-1     7\n  o        1250\n"


def test_steps_line_up_and_can_be_kept_quiet() -> None:
    out = io.StringIO()
    teller = Teller(out)
    with teller.silence():
        teller.step("store", "does something", "unseen")
    teller.step("store", "PUT /orders/order-1", "201")
    teller.step("operator", "waits", "202")
    first, second = out.getvalue().splitlines()
    assert first.index("201") == second.index("202")


def test_a_long_note_is_wrapped_below_its_step() -> None:
    out = io.StringIO()
    Teller(out).note("word " * 60)
    lines = out.getvalue().splitlines()
    assert len(lines) > 1
    assert all(len(line) <= WIDTH and line.startswith(" " * 21 + "word") for line in lines)


def test_waiting_says_how_long_it_took() -> None:
    out = io.StringIO()
    with Teller(out).waiting("Loading"):
        pass
    assert out.getvalue() == "Loading  0.0 s\n"


def test_waiting_that_fails_ends_its_line() -> None:
    out = io.StringIO()
    with pytest.raises(OSError, match="gone"), Teller(out).waiting("Loading"):
        raise OSError("gone")
    assert out.getvalue() == "Loading \n"
