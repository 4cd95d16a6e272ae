"""Proves that every handler of a build imports, and that nothing of it had to be compiled on the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.build.artifacts import Artifacts, BuildError
from local.build.blueprint import FunctionBlueprint
from local.build.host import RUNTIME

_PROBE = Path(__file__).with_name("probe.py")
_LAMBDA_ENVIRONMENT = {
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@dataclass(frozen=True, slots=True)
class Proof:
    """How many modules of layer and function a handler's import loads, all of them from bytecode."""

    logical_id: str
    modules: int


def prove(artifacts: Artifacts, functions: tuple[FunctionBlueprint, ...]) -> list[Proof]:
    """Import each handler as Lambda would: fresh interpreter, function before layer before runtime, no writing.

    Raises:
        BuildError: a handler does not import, or one of its modules came without bytecode.
    """
    return [_prove(function, artifacts.functions[function.logical_id], artifacts.packages) for function in functions]


def _prove(function: FunctionBlueprint, folder: Path, packages: Path) -> Proof:
    report = _probe(function, str(folder), str(packages), str(RUNTIME))
    shipped = (f"{folder}/", f"{packages}/")
    compiled = [path for path in report["compiled"] if path.startswith(shipped)]
    if compiled:
        raise BuildError(f"{function.logical_id}: {len(compiled)} modules came without bytecode, first {compiled[0]}.")
    return Proof(function.logical_id, sum(path.startswith(shipped) for path in report["loaded"]))


def _probe(function: FunctionBlueprint, *folders: str) -> Mapping[str, list[str]]:
    command = [sys.executable, "-I", "-S", "-B", str(_PROBE), function.handler, *folders]
    environment = {"PATH": os.environ.get("PATH", ""), **_LAMBDA_ENVIRONMENT, **function.environment}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"{function.logical_id}: {function.handler} does not import from the build:\n{done.stderr}")
    report: Mapping[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return report
