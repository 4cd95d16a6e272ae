"""The official API descriptions, used as test oracles. They are not part of the repository.

They are looked for in `$SPECS_DIR`, then in `../shared/specs` beside the repository. A test that needs one calls
`spec_json("stripe/fixtures3.json")` (or another loader) and is skipped with a line that says so where it is missing.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]


def specs_dir() -> Path | None:
    """The directory of the descriptions, None when there is none."""
    configured = os.environ.get("SPECS_DIR")
    candidate = Path(configured) if configured else ROOT.parent / "shared" / "specs"
    return candidate if candidate.is_dir() else None


def spec_path(name: str) -> Path:
    """The file `name`, as in `stripe/fixtures3.json`; skips the running test (or module) without it."""
    directory = specs_dir()
    if directory is None or not (directory / name).is_file():
        pytest.skip(
            f"contract: no official description {name}: set SPECS_DIR to the folder of API descriptions",
            allow_module_level=True,
        )
    return directory / name


def spec_json(name: str) -> Any:
    return _json(spec_path(name))


def spec_yaml(name: str) -> Any:
    """A YAML description; TAB characters, which YAML forbids and some files hold, are read as spaces."""
    return _yaml(spec_path(name))


@cache
def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@cache
def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8").replace("\t", "    "))
