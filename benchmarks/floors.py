"""The floor of a handler: what it would cost if it did nothing.

An empty handler with Powertools' Logger, the resolver or batch processor that the handler uses, and the boto3 clients
that it uses. What it uses is found out by importing it, so a new function needs no entry here.
"""

from __future__ import annotations

import compileall
import py_compile
from collections.abc import Collection
from pathlib import Path

MODULE = "floor"

_RESOLVER = (
    "from aws_lambda_powertools.event_handler import APIGatewayHttpResolver",
    "app = APIGatewayHttpResolver(enable_validation=True)",
)
_BATCH = (
    "from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response",
    "processor = BatchProcessor(event_type=EventType.SQS)",
)
_PARTS = {"event_handler": _RESOLVER, "utilities.batch": _BATCH}
_CONFIG = (
    'Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "max_attempts": 3}, tcp_keepalive=True)'
)


def source(uses: Collection[str]) -> str:
    """The floor's code for words of `cold_probe.uses`: names of AWS services, and of parts of Powertools."""
    parts = [_PARTS[word] for word in sorted(uses) if word in _PARTS]
    services = sorted(word for word in uses if word not in _PARTS)
    imports = ["from aws_lambda_powertools import Logger", *(part[0] for part in parts)]
    lines = ["logger = Logger()", *(part[1] for part in parts)]
    if services:
        imports += ["import boto3", "from botocore.config import Config"]
        lines += [f'{name} = boto3.client("{name}", config={_CONFIG})' for name in services]
    return "\n".join([*imports, *lines, "def handler(event, context):", "    return {}", ""])


def write(folder: Path, uses: Collection[str], *, bytecode: bool) -> Path:
    """Put the floor into a folder of its own, which stands in for a function's."""
    target = folder / ("-".join(sorted(uses)) or "logger")
    target.mkdir(parents=True, exist_ok=True)
    (target / f"{MODULE}.py").write_text(source(uses), encoding="utf-8")
    if bytecode:
        compileall.compile_dir(target, quiet=1, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    return target


def described(uses: Collection[str]) -> str:
    names = {"event_handler": "resolver", "utilities.batch": "batch"}
    return ", ".join(["Logger", *(names.get(word, word) for word in sorted(uses, key=lambda w: (w not in names, w)))])
