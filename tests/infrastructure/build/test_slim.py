"""What is left out of a zip, and what must stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.build.artifacts import Artifacts
from local.build.slim import slim


def install(folder: Path, name: str, version: str, *files: str) -> None:
    """As pip would: the files, and a dist-info that records them."""
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text("", encoding="utf-8")
    record = [f"{file},," for file in (*files, f"{info.name}/RECORD")]
    (info / "RECORD").write_text("\n".join(record), encoding="utf-8")


@pytest.fixture
def artifacts(tmp_path: Path) -> Artifacts:
    (tmp_path / "layer" / "python").mkdir(parents=True)
    (tmp_path / "worker").mkdir()
    return Artifacts(tmp_path / "layer", {"WorkerFunction": tmp_path / "worker"})


def left(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_what_the_layer_has_in_the_same_version_is_not_shipped_twice(artifacts: Artifacts) -> None:
    worker = artifacts.functions["WorkerFunction"]
    install(artifacts.packages, "requests", "2.34.2", "requests/api.py")
    install(worker, "requests", "2.34.2", "requests/api.py")
    install(worker, "stripe", "16.1.0", "stripe/client.py")
    slim(artifacts)
    assert left(worker) == ["stripe-16.1.0.dist-info/RECORD", "stripe/client.py"]
    assert "requests/api.py" in left(artifacts.packages)
    assert not (worker / "requests").exists()


def test_another_version_than_the_layers_stays(artifacts: Artifacts) -> None:
    worker = artifacts.functions["WorkerFunction"]
    install(artifacts.packages, "requests", "2.34.2", "requests/api.py")
    install(worker, "requests", "2.31.0", "requests/api.py")
    slim(artifacts)
    assert "requests/api.py" in left(worker)


def test_a_record_that_points_outside_deletes_nothing_there(artifacts: Artifacts, tmp_path: Path) -> None:
    worker = artifacts.functions["WorkerFunction"]
    install(artifacts.packages, "odd", "1.0", "odd.py")
    install(worker, "odd", "1.0", "odd.py", "../precious.txt")
    slim(artifacts)
    assert (tmp_path / "precious.txt").exists()


def test_stray_tests_and_foreign_languages_go(artifacts: Artifacts) -> None:
    worker = artifacts.functions["WorkerFunction"]
    kept = ["babel/locale-data/en_GB.dat", "babel/locale-data/pt_BR.dat", "babel/locale-data/root.dat", "worker.py"]
    gone = ["babel/locale-data/de.dat", "test/test_app.py", "tests/test_app.py"]
    for name in (*kept, *gone):
        (worker / name).parent.mkdir(parents=True, exist_ok=True)
        (worker / name).write_text("", encoding="utf-8")
    slim(artifacts)
    assert left(worker) == kept
