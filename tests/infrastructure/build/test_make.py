"""The Makefile explains itself, and says what is missing on a machine that cannot run it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from local.build.artifacts import ROOT

OLD_PYTHON = '#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.12.1" && exit 0\nexit 1\n'
TARGETS = [
    "demo",
    "run",
    "test",
    "check",
    "bench",
    "build",
    "invariants",
    "openapi",
    "redrive",
    "pix-webhook",
    "lock",
    "clean",
]


@pytest.fixture(scope="module")
def listing() -> str:
    return subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("target", TARGETS)
def test_make_alone_lists_every_target_with_a_sentence(listing: str, target: str) -> None:
    (sentence,) = re.findall(rf"^  {target} +(\S.*)$", listing, re.MULTILINE)
    assert len(sentence) > 30
    assert sentence.endswith(".")


def test_no_target_is_left_out_of_the_list(listing: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.findall(r"^\.PHONY: (\S+)$", makefile, re.MULTILINE)
    assert sorted(phony) == sorted([*TARGETS, "help"])


def test_a_machine_without_python_3_13_is_told_what_to_install(tmp_path: Path) -> None:
    for name in ("python3.13", "python3", "python"):
        script = tmp_path / "bin" / name
        script.parent.mkdir(exist_ok=True)
        script.write_text(
            '#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.12.1" && exit 0\nexit 1\n', encoding="utf-8"
        )
        script.chmod(0o755)
    done = subprocess.run(
        ["bash", str(ROOT / "local" / "environment.sh"), str(tmp_path / "venv"), str(tmp_path / "any.lock")],
        env={"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "needs Python 3.13" in done.stderr
    assert "Python 3.12.1" in done.stderr
    assert "apt install python3.13" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_ci_checks_first_and_ends_with_the_tests() -> None:
    script = ROOT / ".ci" / "run"
    lines = [line for line in script.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert lines[0] == "set -euo pipefail"
    assert lines[-2:] == ["make check", "make test"]
    assert script.stat().st_mode & 0o111


def test_hooks_use_the_locked_tools_only() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repository["repo"] for repository in config["repos"]] == ["local"]
    entries = [hook["entry"] for repository in config["repos"] for hook in repository["hooks"]]
    assert [entry for entry in entries if not entry.startswith(".venv/bin/")] == []
