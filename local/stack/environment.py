"""The environment of a worker process: what Lambda sets and the template says, nothing of the machine's own.

Source: Lambda Developer Guide, "Defined runtime environment variables".
"""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from local.stack.model import FunctionSpec
from local.stack.recorder import Caller
from local.stack.transform import REGION

_FROM_THE_MACHINE = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "SYSTEMROOT")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all workers of a stack share. `extra` serves workers that reach the real providers through a proxy."""

    aws_url: str
    extra: Mapping[str, str] = field(default_factory=dict)


def worker_environment(
    spec: FunctionSpec, caller: Caller, around: Surroundings, runtime_api: str, scratch: Path
) -> dict[str, str]:
    """Environment of one worker process. The template's own variables come last, as on Lambda."""
    inherited = {name: os.environ[name] for name in _FROM_THE_MACHINE if name in os.environ}
    site_packages = sysconfig.get_paths()["purelib"]
    return {
        **inherited,
        **around.extra,
        "PYTHONPATH": os.pathsep.join([*(str(path) for path in spec.paths), site_packages]),
        "PYTHONNOUSERSITE": "1",
        "TZ": "UTC",
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "LAMBDA_TASK_ROOT": str(spec.folder),
        "_HANDLER": spec.handler,
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_FUNCTION_NAME": spec.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(spec.memory),
        "AWS_LAMBDA_LOG_GROUP_NAME": spec.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": f"local/[1]{caller.worker}",
        "AWS_LAMBDA_LOG_FORMAT": spec.log_format,
        **({"AWS_LAMBDA_LOG_LEVEL": spec.log_level} if spec.log_level else {}),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{spec.runtime}",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": caller.access_key_id,
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_SESSION_TOKEN": "local",
        "AWS_ENDPOINT_URL": around.aws_url,
        **spec.environment,
    }
