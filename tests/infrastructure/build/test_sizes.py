"""The table of zip sizes."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from local.build import sizes
from local.build.artifacts import Artifacts
from local.build.sizes import ArtifactSize, measure, table


@pytest.fixture
def artifacts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Artifacts:
    monkeypatch.setattr(sizes, "SIZES", tmp_path / "sizes.json")
    for name in ("layer/python/module.py", "worker/worker.py", "worker/__pycache__/worker.cpython-313.pyc"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(5_000))
    return Artifacts(tmp_path / "layer", {"WorkerFunction": tmp_path / "worker"})


def test_sizes_are_those_of_real_zips(artifacts: Artifacts) -> None:
    layer, worker = measure(artifacts)
    folder = artifacts.functions["WorkerFunction"]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                target.write(path, path.relative_to(folder))
    assert worker.zip_with_bytecode == len(archive.getvalue())
    assert worker.unpacked == 10_000
    assert 5_000 < worker.zip_without_bytecode < 6_000
    assert layer.zip_without_bytecode == layer.zip_with_bytecode


def test_the_table_names_the_largest_against_the_limit() -> None:
    lines = table(
        [ArtifactSize("CommerceLayer", 20_000_000, 4, 7), ArtifactSize("WorkerFunction", 30_000_000, 5, 9)]
    ).splitlines()
    assert lines[1].split() == ["CommerceLayer", "20.00", "0.00", "0.00"]
    assert "50.00 MB of the 250 MB" in lines[-1]
