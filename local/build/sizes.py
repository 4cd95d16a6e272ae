"""How large the zips are: they are downloaded at every cold start, and Lambda unpacks at most 250 MB of them."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path

from local.build.artifacts import BUILD, LAYER, Artifacts

SIZES = BUILD / "sizes.json"
LIMIT = 250_000_000
"""Unpacked bytes of a function with its layers (Lambda quotas, "Deployment package size")."""


@dataclass(frozen=True, slots=True)
class ArtifactSize:
    """Bytes: `unpacked` with bytecode, and the zip without and with it."""

    name: str
    unpacked: int
    zip_without_bytecode: int
    zip_with_bytecode: int


def measure(artifacts: Artifacts) -> list[ArtifactSize]:
    """One line for the layer and one for each function, kept in .build/sizes.json as well."""
    sizes = [measure_folder(LAYER, artifacts.layer)]
    sizes += [measure_folder(name, folder) for name, folder in sorted(artifacts.functions.items())]
    SIZES.write_text(json.dumps([asdict(size) for size in sizes], indent=2) + "\n", encoding="utf-8")
    return sizes


def table(sizes: list[ArtifactSize]) -> str:
    rows = [("", "unpacked MB", "zip MB without bytecode", "zip MB as shipped")]
    rows += [(s.name, _mb(s.unpacked), _mb(s.zip_without_bytecode), _mb(s.zip_with_bytecode)) for s in sizes]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows]
    largest = sizes[0].unpacked + max(size.unpacked for size in sizes[1:])
    allowed = LIMIT // 1_000_000
    lines.append(f"The largest function with its layer unpacks to {_mb(largest)} MB of the {allowed} MB allowed.")
    return "\n".join(lines)


def _mb(size: int) -> str:
    return f"{size / 1_000_000:.2f}"


def measure_folder(name: str, folder: Path) -> ArtifactSize:
    """Sizes of the zip that a folder becomes."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    sources = [path for path in files if path.suffix != ".pyc"]
    return ArtifactSize(
        name=name,
        unpacked=sum(path.stat().st_size for path in files),
        zip_without_bytecode=_zip_size(folder, sources),
        zip_with_bytecode=_zip_size(folder, files),
    )


def _zip_size(folder: Path, files: list[Path]) -> int:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(path, path.relative_to(folder))
    return target.tell()
