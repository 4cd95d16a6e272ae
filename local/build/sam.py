"""The deployable build: `sam build` with pinned versions, its template told the release hash."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from local.build.artifacts import BUILD, LAYER, ROOT, SAM_BUILD, Artifacts, BuildError
from local.build.locked import RUNTIME_LOCK, check_versions, write_constraints

SAM_VENV = ROOT / ".venv-sam"
PARAMETER = "ReleaseHash"


def build_for_lambda(release: str) -> Artifacts:
    """Run `sam build` into .aws-sam/build: arm64 wheels of the locked versions, without Docker.

    Raises:
        BuildError: sam is missing or fails, or built something else than the lock says.
    """
    sam = SAM_VENV / "bin" / "sam"
    if not sam.is_file():
        raise BuildError("The SAM CLI is not installed in .venv-sam. Run `make build`, which does that by itself.")
    shutil.rmtree(SAM_BUILD, ignore_errors=True)
    constraints = write_constraints(RUNTIME_LOCK, BUILD / "constraints.txt")
    done = subprocess.run(
        [str(sam), "build"], cwd=ROOT, env=_environment(constraints), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BuildError(f"`sam build` failed:\n{done.stdout}{done.stderr}")
    template = SAM_BUILD / "template.yaml"
    artifacts = _read_artifacts(template)
    check_versions(artifacts, RUNTIME_LOCK)
    template.write_text(bake(template.read_text(encoding="utf-8"), release), encoding="utf-8")
    return artifacts


def bake(template: str, release: str) -> str:
    """Put the release hash in the place of the parameter that stands for it.

    As a parameter it would be kept from one deploy to the next: `sam deploy --guided` saves the values it asked for,
    and CloudFormation uses the previous value of what is not given. Then the alias would serve old code for ever.
    """
    document = yaml.safe_load(template)
    del document["Parameters"][PARAMETER]
    return yaml.safe_dump(_replaced(document, release), sort_keys=False, allow_unicode=True, width=120)


def _replaced(value: Any, release: str) -> Any:
    if value == {"Ref": PARAMETER}:
        return release
    if isinstance(value, dict):
        return {key: _replaced(part, release) for key, part in value.items()}
    if isinstance(value, list):
        return [_replaced(part, release) for part in value]
    return value


def _read_artifacts(template: Path) -> Artifacts:
    resources: Mapping[str, Any] = yaml.safe_load(template.read_text(encoding="utf-8"))["Resources"]
    return Artifacts(
        layer=template.parent / resources[LAYER]["Properties"]["ContentUri"],
        functions={
            logical_id: template.parent / resource["Properties"]["CodeUri"]
            for logical_id, resource in resources.items()
            if resource["Type"] == "AWS::Serverless::Function"
        },
    )


def _environment(constraints: Path) -> dict[str, str]:
    """sam looks for a `python3.13` with pip on the PATH: the one of its own environment has both."""
    environment = {
        **os.environ,
        "PATH": f"{SAM_VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
        "PIP_CONSTRAINT": str(constraints),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "SAM_CLI_TELEMETRY": "0",
    }
    environment.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    return environment
