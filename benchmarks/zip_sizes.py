"""What is downloaded at a cold start: the zips of layer and functions, with and without their bytecode."""

from __future__ import annotations

from benchmarks.report import Row, Section, Table
from local.build.artifacts import LAYER, Artifacts
from local.build.sizes import LIMIT, ArtifactSize, measure_folder

TITLE = "Zip sizes"
METHOD = (
    "Of the build for this machine, which holds the same versions and files as the one for Lambda but this "
    "machine's compiled extensions; `make build` shows the sizes of the arm64 zips. Lambda unpacks {limit} MB at "
    "most."
)


def run(artifacts: Artifacts) -> Section:
    folders = {folder: name for name, folder in sorted(artifacts.functions.items(), reverse=True)}
    sharing = {folder: [n for n, f in artifacts.functions.items() if f == folder] for folder in folders}
    sizes = [measure_folder(LAYER, artifacts.layer)]
    sizes += [measure_folder(", ".join(sharing[folder]), folder) for folder in sorted(folders)]
    rows: list[Row] = [("", "unpacked MB", "zip MB without bytecode", "zip MB with bytecode", "x")]
    rows += [_row(size) for size in sizes]
    return Section(TITLE, METHOD.format(limit=LIMIT // 10**6), [Table(rows)])


def _row(size: ArtifactSize) -> Row:
    figures = (size.unpacked, size.zip_without_bytecode, size.zip_with_bytecode)
    return (size.name, *(f"{n / 1e6:.3f}" for n in figures), f"{figures[2] / figures[1]:.2f}")
