"""Run by `prove` in a bare interpreter: import one handler and tell which modules had to be compiled.

    python -I -S -B probe.py <handler> <folder> ...

The folders come before the standard library on the import path, as on Lambda. The answer is one line of
JSON with paths of modules:
{"loaded": all that the import loaded, "compiled": those among them that came without bytecode}.
"""

from __future__ import annotations

import importlib
import json
import sys
from importlib.machinery import SourceFileLoader
from types import CodeType
from typing import Any

compiled: list[str] = []


def watch() -> None:
    """The loader calls this method only for a module without usable bytecode."""
    original: Any = SourceFileLoader.source_to_code

    def source_to_code(self: SourceFileLoader, data: Any, path: Any, *args: Any, **kwargs: Any) -> CodeType:
        compiled.append(str(path))
        code: CodeType = original(self, data, path, *args, **kwargs)
        return code

    SourceFileLoader.source_to_code = source_to_code  # type: ignore[method-assign, assignment]


def main(handler: str, *folders: str) -> None:
    sys.path[:0] = folders
    watch()
    module, _, name = handler.rpartition(".")
    if not callable(getattr(importlib.import_module(module), name)):
        raise TypeError(f"{handler} cannot be called")
    loaded = [str(getattr(module, "__file__", None)) for module in list(sys.modules.values())]
    report = {"loaded": loaded, "compiled": compiled}
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
