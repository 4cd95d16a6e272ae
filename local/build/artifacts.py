"""What a build consists of: the folder of the layer, and one folder for each function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / ".build"
SAM_BUILD = ROOT / ".aws-sam" / "build"
HOST_BUILD = BUILD / "host"
LAYER = "CommerceLayer"

LAYER_HOME = "/opt"
FUNCTION_HOME = "/var/task"
"""Where Lambda unpacks a layer and a function."""


class BuildError(Exception):
    """The build cannot go on; the message says what was wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Artifacts:
    """`layer` holds `python/`; `functions` maps a function's logical id to the folder that becomes its zip."""

    layer: Path
    functions: Mapping[str, Path]

    @property
    def packages(self) -> Path:
        """The layer's part of the import path."""
        return self.layer / "python"

    def homes(self) -> dict[Path, str]:
        """Every distinct folder, and where Lambda unpacks it."""
        return {self.layer: LAYER_HOME} | dict.fromkeys(self.functions.values(), FUNCTION_HOME)
