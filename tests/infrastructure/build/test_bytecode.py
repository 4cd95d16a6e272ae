"""Bytecode that Lambda will use: beside its source, trusted without a look at it, and named as Lambda names it."""

from __future__ import annotations

import json
import marshal
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.build import prove
from local.build.artifacts import Artifacts, BuildError
from local.build.blueprint import FunctionBlueprint
from local.build.bytecode import compile_artifacts
from local.build.prove import prove as prove_all

PROBE = Path(prove.__file__).with_name("probe.py")
UNCHECKED_HASH = 0b01
"""The flags of a .pyc whose source is never looked at (PEP 552)."""


@pytest.fixture
def artifacts(tmp_path: Path) -> Artifacts:
    """A layer with one module, and a function that imports it."""
    (tmp_path / "layer" / "python").mkdir(parents=True)
    (tmp_path / "layer" / "python" / "shared.py").write_text("WORD = 'hello'\n", encoding="utf-8")
    (tmp_path / "worker").mkdir()
    handler = "import shared\n\n\ndef handler(event, context):\n    return shared.WORD\n"
    (tmp_path / "worker" / "worker.py").write_text(handler, encoding="utf-8")
    return Artifacts(tmp_path / "layer", {"WorkerFunction": tmp_path / "worker"})


def blueprint(artifacts: Artifacts, handler: str = "worker.handler") -> tuple[FunctionBlueprint, ...]:
    return (FunctionBlueprint("WorkerFunction", handler, artifacts.functions["WorkerFunction"], {"STAGE": "dev"}),)


def pyc(source: Path) -> bytes:
    return (source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc").read_bytes()


def test_bytecode_is_trusted_and_named_as_on_lambda(artifacts: Artifacts) -> None:
    compile_artifacts(artifacts)
    for source, name in (
        (artifacts.packages / "shared.py", "/opt/python/shared.py"),
        (artifacts.functions["WorkerFunction"] / "worker.py", "/var/task/worker.py"),
    ):
        content = pyc(source)
        assert int.from_bytes(content[4:8], "little") == UNCHECKED_HASH
        assert marshal.loads(content[16:]).co_filename == name


def test_it_is_used_even_when_the_source_looks_newer(artifacts: Artifacts) -> None:
    compile_artifacts(artifacts)
    os.utime(artifacts.packages / "shared.py", (2**31, 2**31))
    (proof,) = prove_all(artifacts, blueprint(artifacts))
    assert proof.modules == 2


def test_a_module_without_bytecode_is_found(artifacts: Artifacts) -> None:
    compile_artifacts(artifacts)
    (artifacts.packages / "__pycache__" / "shared.cpython-313.pyc").unlink()
    with pytest.raises(BuildError, match=r"1 modules came without bytecode, first .*shared\.py"):
        prove_all(artifacts, blueprint(artifacts))
    assert not list((artifacts.packages / "__pycache__").iterdir()), "the proof must not write what it looks for"


def test_a_handler_that_does_not_import_is_found_with_its_reason(artifacts: Artifacts) -> None:
    (artifacts.functions["WorkerFunction"] / "worker.py").write_text("import not_shipped\n", encoding="utf-8")
    compile_artifacts(artifacts)
    with pytest.raises(BuildError, match="No module named 'not_shipped'"):
        prove_all(artifacts, blueprint(artifacts))


def test_packages_of_this_machine_do_not_help(artifacts: Artifacts) -> None:
    """What the tests have installed would hide what the build forgot."""
    (artifacts.functions["WorkerFunction"] / "worker.py").write_text("import pytest\n", encoding="utf-8")
    compile_artifacts(artifacts)
    with pytest.raises(BuildError, match="No module named 'pytest'"):
        prove_all(artifacts, blueprint(artifacts))


def test_a_module_that_does_not_compile_stops_the_build(artifacts: Artifacts) -> None:
    (artifacts.packages / "broken.py").write_text("def\n", encoding="utf-8")
    with pytest.raises(BuildError, match="does not compile"):
        compile_artifacts(artifacts)


def test_the_probe_tells_what_it_loaded(artifacts: Artifacts) -> None:
    folders = [str(artifacts.functions["WorkerFunction"]), str(artifacts.packages)]
    command = [sys.executable, "-I", "-S", "-B", str(PROBE), "worker.handler", *folders]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)
    assert sorted(Path(path).name for path in report["compiled"]) == ["shared.py", "worker.py"]
    assert set(report["compiled"]) <= set(report["loaded"])
