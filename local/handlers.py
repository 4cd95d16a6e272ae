"""The template's functions in this process: a handler file imported as Lambda would, but under a name of its own.

Every folder of functions/ has an `api.py` or a `worker.py`, so their plain names would hide each other.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from local.build.blueprint import FunctionBlueprint

_LAMBDA = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@contextmanager
def environment_of(function: FunctionBlueprint, **changes: str) -> Iterator[None]:
    """Inside the block this process has the function's environment, with logical ids for physical names.

    What the process set for Powertools stays: all modules share its logger and its metrics, which read it once.
    """
    before = dict(os.environ)
    shared = {name: value for name, value in before.items() if name.startswith("POWERTOOLS_")}
    os.environ.update({**_LAMBDA, **function.environment, **shared, **changes})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def import_handler(function: FunctionBlueprint, **changes: str) -> ModuleType:
    """A fresh module of the function's handler file; it builds its clients now, and from the template's environment.

    Args:
        changes: variables to set over the template's.
    """
    name = function.handler.partition(".")[0]
    spec = importlib.util.spec_from_file_location(f"{function.logical_id}.{name}", function.folder / f"{name}.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"{function.logical_id}: {function.handler} is not a file in {function.folder}")
    module = importlib.util.module_from_spec(spec)
    with environment_of(function, **changes), _siblings_of(function):
        spec.loader.exec_module(module)
    return module


@contextmanager
def _siblings_of(function: FunctionBlueprint) -> Iterator[None]:
    """The folder's other files can be imported by their plain names, and are forgotten afterwards."""
    folder = str(function.folder)
    known = set(sys.modules)
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path.remove(folder)
        for name in set(sys.modules) - known:
            if _is_inside(sys.modules[name], folder):
                del sys.modules[name]


def _is_inside(module: ModuleType, folder: str) -> bool:
    return str(getattr(module, "__file__", None) or "").startswith(f"{folder}{os.sep}")
