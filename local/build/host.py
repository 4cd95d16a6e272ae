"""The same build for this machine: what can be imported here, where arm64 wheels cannot.

The zips hold compiled extensions (pydantic_core, cryptography) for Lambda's arm64, which this machine cannot load. So
the layer and the functions are built a second time with this machine's wheels of the very same versions, slimmed and
compiled by the same code. `make build` proves on this build that every handler imports from bytecode, and `make bench`
measures it.

    .build/host/layer/python          the layer
    .build/host/functions/<folder>    one folder for each folder of functions/
    .build/host/runtime               boto3 and what it needs, which Lambda's own runtime brings
"""

from __future__ import annotations

import compileall
import shutil
import subprocess
import sys
from pathlib import Path

from local.build.artifacts import BUILD, HOST_BUILD, ROOT, Artifacts, BuildError
from local.build.blueprint import Blueprint, read_blueprint
from local.build.bytecode import compile_artifacts
from local.build.locked import RUNTIME_LOCK, pins, write_constraints
from local.build.slim import slim

RUNTIME = HOST_BUILD / "runtime"
DEV_LOCK = ROOT / "local" / "locks" / "dev.lock"


def build_for_host(*, bytecode: bool = True) -> Artifacts:
    """Build layer and functions under .build/host, replacing what was there.

    Needs the network once; afterwards the packages come out of uv's cache.
    """
    shutil.rmtree(HOST_BUILD, ignore_errors=True)
    blueprint = read_blueprint()
    artifacts = Artifacts(
        layer=HOST_BUILD / "layer",
        functions={f.logical_id: HOST_BUILD / "functions" / f.folder.name for f in blueprint.functions},
    )
    constraints = write_constraints(RUNTIME_LOCK, BUILD / "constraints.txt")
    for source, target in _sources(blueprint, artifacts).items():
        _install(target, "--requirements", str(source / "requirements.txt"), "--constraints", str(constraints))
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    _install(RUNTIME, f"boto3=={pins(DEV_LOCK)['boto3']}", "--constraints", str(constraints))
    slim(artifacts)
    if bytecode:
        compile_artifacts(artifacts)
        compileall.compile_dir(RUNTIME, quiet=2, workers=0)
    return artifacts


def _sources(blueprint: Blueprint, artifacts: Artifacts) -> dict[Path, Path]:
    functions = {f.folder: artifacts.functions[f.logical_id] for f in blueprint.functions}
    return {blueprint.layer: artifacts.packages} | functions


def _install(target: Path, *arguments: str) -> None:
    target.mkdir(parents=True, exist_ok=True)
    if "--requirements" in arguments and not Path(arguments[1]).is_file():
        return
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "pip", "install", "--quiet", "--python", sys.executable, "--target", str(target), *arguments]
    if subprocess.run(command, check=False).returncode:
        raise BuildError(f"Could not install the packages of {target.name}; uv's reason stands above.")
