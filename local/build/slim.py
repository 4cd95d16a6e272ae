"""Leaves out of a build what no function can miss."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

from local.build.artifacts import Artifacts
from local.build.locked import distributions

_STRAY = ("test", "tests")
"""Some packages install their tests beside themselves; a top-level `test` would even hide the standard library's."""

_LOCALES = ("root", "en", "pt")
"""The languages in which buyers are written to (commerce.messaging). Babel brings 32 MB of all the others."""


def slim(artifacts: Artifacts) -> None:
    for folder in artifacts.functions.values():
        _drop_what_the_layer_has(folder, artifacts.packages)
        _drop_stray_tests(folder)
        _drop_locales(folder)


def _drop_what_the_layer_has(folder: Path, layer: Path) -> None:
    """A package of the same version in the layer is imported from there just the same, and is downloaded once."""
    shared = distributions(layer)
    for name, (version, info) in distributions(folder).items():
        if name in shared and shared[name][0] == version:
            _uninstall(info)


def _uninstall(info: Path) -> None:
    folder = info.parent.resolve()
    with (info / "RECORD").open(encoding="utf-8", newline="") as record:
        for name, *_ in csv.reader(record):
            path = (folder / name).resolve()
            if path.is_relative_to(folder):
                path.unlink(missing_ok=True)
    shutil.rmtree(info)
    _drop_empty_folders(folder)


def _drop_empty_folders(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), key=lambda path: len(path.parts), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def _drop_stray_tests(folder: Path) -> None:
    for name in _STRAY:
        shutil.rmtree(folder / name, ignore_errors=True)


def _drop_locales(folder: Path) -> None:
    for path in (folder / "babel" / "locale-data").glob("*.dat"):
        if path.stem.split("_")[0] not in _LOCALES:
            path.unlink()
