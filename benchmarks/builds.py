"""The builds that are measured: as shipped, and the same files without their bytecode."""

from __future__ import annotations

import filecmp
import os
import shutil
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path

from local.build.artifacts import BUILD, HOST_BUILD, Artifacts
from local.build.blueprint import Blueprint, read_blueprint
from local.build.host import RUNTIME, build_for_host

HOME = BUILD / "benchmark"
"""What benchmarks make for themselves; removed and made again by every run."""

_SKIPPED = shutil.ignore_patterns("__pycache__")


@dataclass(frozen=True, slots=True)
class Builds:
    """`shipped` has bytecode in layer and functions, `plain` has none; both import boto3 from the same place."""

    blueprint: Blueprint
    shipped: Artifacts
    plain: Artifacts


def current_builds() -> Builds:
    """The build for this machine, made anew only when a source differs from what was built."""
    blueprint = read_blueprint()
    shipped = Artifacts(
        layer=HOST_BUILD / "layer",
        functions={f.logical_id: HOST_BUILD / "functions" / f.folder.name for f in blueprint.functions},
    )
    if not _is_current(blueprint, shipped):
        shipped = build_for_host()
    shutil.rmtree(HOME, ignore_errors=True)
    return Builds(blueprint, shipped, _without_bytecode(shipped))


def _is_current(blueprint: Blueprint, built: Artifacts) -> bool:
    folders = {blueprint.layer: built.packages}
    folders |= {f.folder: built.functions[f.logical_id] for f in blueprint.functions}
    sources = all(_same_sources(source, target) for source, target in folders.items())
    return sources and all(map(_is_compiled, (*folders.values(), RUNTIME)))


def _same_sources(source: Path, target: Path) -> bool:
    names = [str(path.relative_to(source)) for pattern in ("*.py", "*.txt") for path in source.rglob(pattern)]
    _, different, missing = filecmp.cmpfiles(source, target, names, shallow=False)
    gone = [path for path in (target / "commerce").rglob("*.py") if not (source / path.relative_to(target)).is_file()]
    return not (different or missing or gone)


def _is_compiled(folder: Path) -> bool:
    """Every module has its bytecode: a build that was cut short would be measured as one that ships none."""
    modules = list(folder.rglob("*.py"))
    return bool(modules) and all(Path(cache_from_source(str(module))).is_file() for module in modules)


def _without_bytecode(shipped: Artifacts) -> Artifacts:
    copies = {folder: HOME / "plain" / folder.relative_to(HOST_BUILD) for folder in shipped.homes()}
    for folder, copy in copies.items():
        shutil.copytree(folder, copy, copy_function=os.link, ignore=_SKIPPED)
    return Artifacts(copies[shipped.layer], {name: copies[folder] for name, folder in shipped.functions.items()})
