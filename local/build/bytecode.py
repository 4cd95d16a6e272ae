"""Ships bytecode: Lambda's folders are read-only, so without it every cold start compiles every module again."""

from __future__ import annotations

import compileall
import py_compile
import sys
from pathlib import Path

from local.build.artifacts import Artifacts, BuildError

RUNTIME = (3, 13)


def compile_artifacts(artifacts: Artifacts) -> None:
    """Write a `.pyc` beside every module of layer and functions, for the runtime's Python.

    Bytecode depends on the minor version of Python and on nothing else, so what this machine compiles serves on arm64.
    `unchecked-hash`: the zip's file times differ from build to build, and nobody edits a source on Lambda, so the
    interpreter is told to trust the bytecode without looking at the source (PEP 552).

    Raises:
        BuildError: this Python is not the runtime's, or a module does not compile.
    """
    if sys.version_info[:2] != RUNTIME:
        raise BuildError(f"Bytecode for Lambda's Python 3.13 needs Python 3.13; this is {sys.version.split()[0]}.")
    for folder, home in artifacts.homes().items():
        _compile(folder, home)


def _compile(folder: Path, home: str) -> None:
    done = compileall.compile_dir(
        folder,
        quiet=1,
        force=True,
        maxlevels=40,
        workers=0,
        stripdir=str(folder),
        prependdir=home,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    if not done:
        raise BuildError(f"A module in {folder} does not compile; the error stands above.")
