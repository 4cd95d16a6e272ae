"""`make run`: what it prints works when it is pasted into a shell, and Ctrl-C ends it cleanly."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from local.stack.options import ROOT

pytestmark = pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="needs bash and curl")


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command, and all that it printed until it was ready."""
    command = [sys.executable, "-m", "local", "run", "--port", "0", "--quiet"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
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


def test_the_printed_lines_work_when_pasted(running: tuple[subprocess.Popen[str], str]) -> None:
    _, printed = running
    pasted = "\n".join(line[2:] for line in printed.partition("A token")[2].splitlines() if line.startswith("  "))
    done = subprocess.run(["bash", "-c", pasted], capture_output=True, text=True, timeout=90, check=False)
    assert done.stderr == ""
    assert '"status":"ok"' in done.stdout
    assert '"order_id":"order-1"' in done.stdout
    assert '"status":"paid"' in done.stdout
    assert '"refund_id":"refund-1"' in done.stdout
    assert '"error"' not in done.stdout


def test_addresses_are_on_this_machine_only(running: tuple[subprocess.Popen[str], str]) -> None:
    _, printed = running
    assert set(re.findall(r"https?://([^:/\s]+)", printed)) == {"127.0.0.1"}


def test_ctrl_c_ends_it_cleanly(running: tuple[subprocess.Popen[str], str]) -> None:
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
        command = [sys.executable, "-m", "local", "run", "--port", str(taken.getsockname()[1])]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr
