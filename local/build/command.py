"""`python -m local build`: everything that is deployed, ready and proved.

python -m local build            .aws-sam/build for Lambda, .build/host for this machine
python -m local build --host     only the latter, which needs no SAM CLI
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from local.build.artifacts import ROOT, BuildError
from local.build.blueprint import read_blueprint
from local.build.bytecode import compile_artifacts
from local.build.host import build_for_host
from local.build.prove import prove
from local.build.release import release_hash
from local.build.sam import build_for_lambda
from local.build.sizes import measure, table
from local.build.slim import slim


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0, or 1 with the reason on standard error."""
    parser = argparse.ArgumentParser(prog="python -m local build", description="Build layer and functions.")
    parser.add_argument("--host", action="store_true", help="build for this machine only, to import and to measure")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    try:
        if not options.host:
            _build_for_lambda()
        _build_for_host()
    except BuildError as error:
        print(f"build: {error}", file=sys.stderr)
        return 1
    print(f"Built in {time.monotonic() - started:.0f} s.")
    if not options.host:
        print("Next: .venv-sam/bin/sam deploy --guided --config-env dev")
    return 0


def _build_for_lambda() -> None:
    release = release_hash(ROOT)
    print(f"Release {release}: building layer and functions for Lambda (python3.13, arm64)...", flush=True)
    artifacts = build_for_lambda(release)
    slim(artifacts)
    compile_artifacts(artifacts)
    print(f"\n{table(measure(artifacts))}\n", flush=True)


def _build_for_host() -> None:
    print("Building the same for this machine, to prove that it imports from bytecode...", flush=True)
    proofs = prove(build_for_host(), read_blueprint().functions)
    for proof in proofs:
        print(f"  {proof.logical_id}: {proof.modules} modules, all from bytecode")
