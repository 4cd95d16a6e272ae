"""A function lives as on Lambda: an environment of its own, one event at a time, killed at its timeout."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from local.stack import Stack, StackOptions
from local.stack.worker import Outcome, Runtime
from tests.shop import wait_for

TEMPLATE = Path(__file__).parent / "fixture" / "template.yaml"
ECHO = "EchoFunction"


def echo(stack: Stack, **query: str) -> Outcome:
    return stack.invoke(ECHO, {"queryStringParameters": query})


def told(outcome: Outcome) -> Any:
    assert not outcome.failed, outcome.payload
    return json.loads(outcome.payload)


def error(outcome: Outcome) -> Any:
    assert outcome.failed, outcome.payload
    return json.loads(outcome.payload)


def runs(pid: int) -> bool:
    """Whether a process is there and not a zombie that nobody has waited for."""
    return subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout[
        :1
    ] not in ("", "Z")


def test_environment_is_the_templates_and_lambdas(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_MACHINE", "1")
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    stack.kill(ECHO)
    environment = told(echo(stack))["environment"]
    assert environment["TABLE"] == stack.resource("Table")
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "commerce-local-EchoFunction"
    assert environment["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"
    assert environment["_X_AMZN_TRACE_ID"].startswith("Root=1-")
    assert not {"SECRET_OF_THE_MACHINE", "PYTHONWARNINGS", "VIRTUAL_ENV", "PYTEST_CURRENT_TEST"} & set(environment)


def test_layer_context_and_deadline(stack: Stack) -> None:
    seen = told(echo(stack))
    assert seen["word"] == "from the layer"
    assert seen["function"] == "commerce-local-EchoFunction"
    assert seen["arn"].endswith(":function:commerce-local-EchoFunction")
    assert 0 < seen["remaining"] <= 2000


def test_a_warm_process_is_used_again(stack: Stack) -> None:
    first, second = echo(stack), echo(stack)
    assert told(first)["pid"] == told(second)["pid"]
    assert second.init_seconds == 0.0


def test_a_concurrent_event_gets_a_process_of_its_own(stack: Stack) -> None:
    started = threading.Barrier(2)
    pids: list[int] = []

    def call() -> None:
        started.wait()
        pids.append(told(echo(stack, do="sleep", seconds="0.5"))["pid"])

    threads = [threading.Thread(target=call) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(pids)) == 2


@pytest.mark.invariant("PLT-03")
def test_killed_at_its_timeout_with_all_its_children(stack: Stack) -> None:
    pid = told(echo(stack))["pid"]
    outcome = echo(stack, do="child")
    assert error(outcome)["errorType"] == "Sandbox.Timedout"
    assert error(outcome)["errorMessage"].endswith("Task timed out after 2.00 seconds")
    assert outcome.seconds == pytest.approx(2.0, abs=0.05) or 2.0 < outcome.seconds < 4.0
    child = next(line.text.split()[1] for line in reversed(stack.logs) if line.text.startswith("child "))
    assert not runs(pid)
    assert not runs(int(child))
    assert told(echo(stack))["pid"] != pid


@pytest.mark.invariant("PLT-03")
@pytest.mark.parametrize("code", ["0", "3"])
def test_a_process_that_ends_is_an_exit_error(stack: Stack, code: str) -> None:
    body = error(echo(stack, do="exit", code=code))
    assert body["errorType"] == "Runtime.ExitError"
    assert body["errorMessage"].endswith(f"Runtime exited with error: exit status {code}")
    assert told(echo(stack))["word"] == "from the layer"


def test_a_killed_process_is_an_exit_error(stack: Stack) -> None:
    outcomes: list[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.append(echo(stack, do="sleep", seconds="1.5")))
    before = len([line for line in stack.logs if line.function == ECHO])
    thread.start()
    while len([line for line in stack.logs if line.function == ECHO]) == before:
        thread.join(0.01)
    stack.kill(ECHO)
    thread.join()
    assert error(outcomes[0])["errorMessage"].endswith("Runtime exited with error: signal: sigkill")


def test_a_process_that_died_idle_is_not_noticed_by_the_next_event(stack: Stack) -> None:
    pid = told(echo(stack))["pid"]
    os.kill(pid, 9)
    wait_for(lambda: not runs(pid))
    assert told(echo(stack))["pid"] != pid


def test_a_handlers_error_has_lambdas_shape_and_keeps_the_process(stack: Stack) -> None:
    pid = told(echo(stack))["pid"]
    body = error(echo(stack, do="raise"))
    assert body["errorType"] == "KeyError"
    assert body["errorMessage"] == '"a handler\'s own error"'
    assert any("api.py" in line for line in body["stackTrace"])
    assert told(echo(stack))["pid"] == pid


def test_an_answer_over_6_mb_is_an_error(stack: Stack) -> None:
    assert error(echo(stack, do="huge"))["errorType"] == "Function.ResponseSizeTooLarge"


def test_lines_are_there_when_the_answer_is(stack: Stack) -> None:
    for _ in range(20):
        outcome = echo(stack)
        assert any(outcome.request_id in line.text and line.function == ECHO for line in stack.logs)


def fixture_with(tmp_path: Path, code: str, runtime: Runtime) -> StackOptions:
    """A template with one function of the given code."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "api.py").write_text(code, encoding="utf-8")
    template = tmp_path / "template.yaml"
    template.write_text(
        "Transform: AWS::Serverless-2016-10-31\n"
        "Resources:\n"
        "  One:\n"
        "    Type: AWS::Serverless::Function\n"
        "    Properties: {CodeUri: code, Handler: api.handler, Runtime: python3.13, Timeout: 2}\n",
        encoding="utf-8",
    )
    return StackOptions(template=template, runtime=runtime)


@pytest.mark.parametrize("runtime", ["awslambdaric", "plain"])
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("import nothing_of_this_name\n", "Runtime.ImportModuleError"),
        ("raise RuntimeError('at import')\n", "RuntimeError"),
        ("import os\nos._exit(7)\n", "Runtime.ExitError"),
    ],
)
def test_a_function_that_cannot_start_says_why(tmp_path: Path, runtime: Runtime, code: str, kind: str) -> None:
    with Stack(fixture_with(tmp_path, code, runtime)) as stack:
        assert error(stack.invoke("One", {}))["errorType"] == kind


def test_the_plain_runtime_does_the_same() -> None:
    options = StackOptions(template=TEMPLATE, runtime="plain")
    with Stack(options) as stack:
        seen = told(echo(stack))
        assert seen["word"] == "from the layer"
        assert 0 < seen["remaining"] <= 2000
        assert error(echo(stack, do="raise"))["errorType"] == "KeyError"
        assert told(echo(stack))["pid"] == seen["pid"]
        assert any(line.text.startswith("echo ") for line in stack.logs)
        assert error(echo(stack, do="exit", code="3"))["errorType"] == "Runtime.ExitError"
        assert error(echo(stack, do="sleep", seconds="30"))["errorType"] == "Sandbox.Timedout"
