"""`make run`: what it prints works when it is pasted into a shell, and Ctrl-C ends it cleanly."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import requests

from commerce.payments.boleto.codes import parse_line
from commerce.payments.pix.brcode import parse_brcode
from commerce.platform.money import Money
from local.stack.options import ROOT
from local.stack.providers import CERTIFICATES_FOLDER, all_sandboxes

pytestmark = pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="needs bash and curl")

type Running = tuple[subprocess.Popen[str], str]


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "local", "run", *options]


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """The command, and all that it printed until it was ready."""
    process = subprocess.Popen(
        command("--port", "0", "--quiet"), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Ctrl-C"):
            break
    else:
        pytest.fail("".join(lines))
    yield process, "".join(lines)
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.fixture(scope="module")
def answers(running: Running) -> list[str]:
    """What bash printed for the lines, all of them pasted in their order."""
    pasted = "\n".join(line[2:] for line in running[1].splitlines() if line.startswith("  "))
    done = subprocess.run(["bash", "-c", pasted], capture_output=True, text=True, timeout=90, check=False)
    assert done.stderr == ""
    return done.stdout.splitlines()


def read(line: str) -> tuple[int, Any]:
    """Status and JSON of a line such as `{"a": 1} 200`."""
    body, _, status = line.rpartition(" ")
    return int(status), json.loads(body)


def find(answers: Sequence[str], text: str) -> tuple[int, Any]:
    (line,) = (line for line in answers if text in line)
    return read(line)


def test_every_line_answers_as_the_text_says(answers: list[str]) -> None:
    told = [line for line in answers if re.search(r" \d{3}$", line)]
    card, paypal, pix, boleto = [200, 201, 200, 202, 200], [201, 200, 200], [201, 200], [201, 200]
    places, refused, controls = [200] * 3, [403, 422, 404, 401, 401, 401, 401], [200] * 5
    assert [read(line)[0] for line in told] == [*card, *paypal, *pix, *boleto, *places, *refused, *controls]
    # What a variable or a loop got is shown without a status.
    shown = {"card": 3, "pix": 2, "boleto": 3, "places": 2}
    assert len(answers) == len(told) + sum(shown.values())


def test_each_way_to_pay_leads_to_a_paid_order(answers: list[str]) -> None:
    paid = [line for line in answers if '"status":"paid"' in line]
    for order_id in ("order-1", "order-paypal", "order-pix", "order-boleto"):
        assert any(f'"order_id":"{order_id}"' in line for line in paid), order_id
    (code,) = (line for line in answers if line.startswith("000201"))
    assert parse_brcode(code).url
    (digits,) = (line for line in answers if re.fullmatch(r"[\d. ]+", line))
    assert parse_line(digits).amount == Money(12990, "BRL")


def test_the_order_is_paid_and_half_of_it_given_back(answers: list[str]) -> None:
    order, checkout, confirmed, paid, asked, last = (json.loads(re.sub(r" \d{3}$", "", line)) for line in answers[1:7])
    assert (order["order_id"], order["status"]) == ("order-1", "open")
    assert checkout["payment"]["status"] == "action_required"
    assert confirmed["status"] == "succeeded"
    assert paid["payment"]["captured"] == order["amount"]
    refunds = [refund for answer in (asked, last) for refund in answer["payment"]["refunds"]]
    assert {(refund["refund_id"], refund["amount"]) for refund in refunds} == {("mug-back", order["amount"] // 2)}


def test_refusals_name_their_reason(answers: list[str]) -> None:
    assert find(answers, "Forbidden")[0] == 403
    assert find(answers, "invalid_request")[0] == 422
    assert find(answers, "order_not_found")[0] == 404
    assert find(answers, "signature_invalid")[0] == 401


def test_the_providers_show_what_they_saw(answers: list[str]) -> None:
    _, books = find(answers, '"violations"')
    assert (len(books["orders"]["order-1"]["charges"]), books["violations"]) == (1, [])
    (mail,) = next(json.loads(line) for line in answers if '"subject"' in line)
    assert "Caneca" in Path(mail["files"]["html"]).read_text(encoding="utf-8")
    assert find(answers, '"mode":"duplicate"')[0] == 200


def test_addresses_are_on_this_machine_only_and_answer(running: Running) -> None:
    _, printed = running
    urls = re.findall(r"https?://[^\s)]+", printed)
    assert {re.split(r"[:/]", url)[3] for url in urls} == {"127.0.0.1"}
    pages = [url for url in urls if url.endswith(("/docs", "/openapi.json", "/_sandbox/"))]
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(CERTIFICATES_FOLDER / "ca.pem")
        session.cert = (str(CERTIFICATES_FOLDER / "client.pem"), str(CERTIFICATES_FOLDER / "client-key.pem"))
        assert [session.get(url).status_code for url in pages] == [200] * (2 + len(all_sandboxes()))


def test_ctrl_c_ends_it_cleanly(running: Running) -> None:
    process, _ = running
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=20)
    assert process.returncode == 0, rest
    assert "Traceback" not in rest
    assert time.monotonic() - begun < 15
    leftovers = subprocess.run(["ps", "-eo", "ppid,args"], capture_output=True, text=True, check=True).stdout
    assert not [line for line in leftovers.splitlines() if line.split()[0] == str(process.pid)]


def test_a_port_in_use_is_said_plainly() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            command("--port", str(port)), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )
    assert done.returncode == 1
    assert f"Port {port} is used by another program" in done.stderr
    assert 'make run ARGS="--port ' in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_no_port_is_refused() -> None:
    done = subprocess.run(command("--port", "99999"), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "1 to 65535" in done.stderr
