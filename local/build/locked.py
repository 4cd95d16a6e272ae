"""What ships is what was tested: the versions of `runtime.lock`, in the build and checked in what was built."""

from __future__ import annotations

import re
from pathlib import Path

from local.build.artifacts import ROOT, Artifacts, BuildError

RUNTIME_LOCK = ROOT / "local" / "locks" / "runtime.lock"
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)", re.MULTILINE)


def pins(lock: Path) -> dict[str, str]:
    """Normalised name -> version, of every package that a lock names."""
    return {normal(match["name"]): match["version"] for match in _PIN.finditer(lock.read_text(encoding="utf-8"))}


def normal(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def write_constraints(lock: Path, target: Path) -> Path:
    """The pins without their hashes: `pip download -r`, as `sam build` calls it, takes no hashes from constraints."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("".join(f"{name}=={version}\n" for name, version in pins(lock).items()), encoding="utf-8")
    return target


def distributions(folder: Path) -> dict[str, tuple[str, Path]]:
    """Normalised name -> (version, dist-info folder), of what is installed in a folder."""
    found: dict[str, tuple[str, Path]] = {}
    for info in folder.glob("*.dist-info"):
        name, _, version = info.name.removesuffix(".dist-info").partition("-")
        found[normal(name)] = (version, info)
    return found


def check_versions(artifacts: Artifacts, lock: Path) -> None:
    """Raises `BuildError` when a built folder holds another version than the lock, or a package it does not name."""
    locked = pins(lock)
    for folder in (artifacts.packages, *artifacts.functions.values()):
        for name, (version, _) in distributions(folder).items():
            if locked.get(name) != version:
                wanted = locked.get(name, "nothing of it")
                raise BuildError(
                    f"{folder.name} was built with {name} {version}, but {lock.name} says {wanted}. "
                    "Run `make lock` after a change in a requirements.txt, then `make build` again."
                )
