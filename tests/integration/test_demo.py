"""`make demo`: a day in the store goes well, a bad one is said to be bad, and Ctrl-C ends it cleanly."""

from __future__ import annotations

import io
import re
import signal
import subprocess
import sys
import time
from html import unescape
from pathlib import Path

import pytest

from local.demo.checks import WentWrong
from local.demo.day import CHAPTERS, Chapter
from local.demo.performance import perform
from local.demo.shop import Shop
from local.demo.telling import Teller
from local.pictures import read_codes
from local.stack.options import ROOT

COMMAND = [sys.executable, "-m", "local", "demo"]


@pytest.fixture(scope="module")
def told() -> str:
    """All that the demo prints; it ended with 0."""
    done = subprocess.run(COMMAND, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return done.stdout


def receipts(told: str) -> list[str]:
    paths = re.findall(r"^ +(/\S+\.html)$", told, re.MULTILINE)
    return [unescape(Path(path).read_text(encoding="utf-8")) for path in paths]


def test_each_printed_receipt_is_a_file_with_the_items(told: str) -> None:
    orders = re.findall(r"PUT /orders/(\S+) +201  (.+): (\S+ ?[\d.,]+)$", told, re.MULTILINE)
    shown = receipts(told)
    assert len(shown) == 12
    for text in shown:
        (found,) = [(name, goods, total) for name, goods, total in orders if name in text]
        for item in found[1].split(", "):
            assert item.partition(" ")[2] in text
        assert found[2] in text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.invariant("PAY-01")
@pytest.mark.invariant("PAY-04")
@pytest.mark.invariant("PAY-13")
def test_every_chapter_went_well_and_every_order_was_charged_once(told: str) -> None:
    assert [chapter.title for chapter in CHAPTERS if f"  {chapter.title}" not in told] == []
    assert told.count("charged once") - told.count(", charged once") == 14
    assert told.count("charged once, all given back") == 1
    assert "All was as it should be." in told
    assert "NOT AS IT SHOULD BE" not in told


def test_the_buyer_of_a_declined_card_is_told_in_both_languages(told: str) -> None:
    flowing = re.sub(r"\s+", " ", told)
    assert "pt-BR: Não há saldo ou limite suficiente. Use outro cartão" in flowing
    assert "en: There are not enough funds. Use another card" in flowing


def test_the_picture_of_a_pix_is_a_file_with_the_code_that_was_told(told: str) -> None:
    (path,) = re.findall(r"^ +(/\S+\.png)$", told, re.MULTILINE)
    (begin, end) = re.findall(r"holds her phone in front of it +(\S+)\.\.\.(\S+):", told)[0]
    (code,) = read_codes(Path(path).read_bytes())
    assert (code.startswith(begin), code.endswith(end)) == (True, True)


@pytest.mark.invariant("PAY-19")
def test_a_late_pix_goes_back_by_itself(told: str) -> None:
    assert re.search(r"^ +order-1012 +the bank +1 +(R\$ 82,50) +\1 ", told, re.MULTILINE)
    assert "late > refund_requested > refunded" in re.sub(r"\s+", " ", told)


@pytest.mark.invariant("PAY-17")
def test_paypals_money_is_taken_once_beside_the_webhook(told: str) -> None:
    assert "one capture of $272.00, asked for once" in told


def test_a_pipe_gets_no_colours(told: str) -> None:
    assert "\x1b" not in told


def breaks(shop: Shop) -> str:
    shop.stripe.tell("webhooks", mode="hold")
    raise WentWrong("The teapot: expected 'whole', got 'broken'.")


def misreads(shop: Shop) -> str:
    return str(shop.stripe.look("books")["teapots"])


def looks_around(shop: Shop) -> str:
    assert shop.stripe.look("webhooks")["mode"] == "deliver"
    return "went on"


def test_what_goes_wrong_is_said_and_ends_in_exit_code_1() -> None:
    out = io.StringIO()
    chapters = [Chapter("A bad one", breaks), Chapter("A strange one", misreads), Chapter("A good one", looks_around)]
    assert perform(Teller(out), time.monotonic(), verbose=False, chapters=chapters) == 1
    told = out.getvalue()
    assert "NOT AS IT SHOULD BE  The teapot: expected 'whole', got 'broken'." in told
    assert "KeyError: 'teapots'" in told
    assert re.search(r"A good one +went on", told)
    assert "All was as it should be." not in told


def test_ctrl_c_ends_it_cleanly() -> None:
    process = subprocess.Popen(COMMAND, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            if "PUT /orders" in line:
                break
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert process.wait(timeout=20) == 130, rest
    assert rest.endswith("Stopped.\n")
    assert "Traceback" not in rest
    alive = subprocess.run(["ps", "-eo", "ppid"], capture_output=True, text=True, check=True).stdout.split()
    assert str(process.pid) not in alive
