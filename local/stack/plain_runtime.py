"""A Lambda runtime for machines where awslambdaric has no wheel: the same loop over the same Runtime API.

Run as a script inside a worker process; it may import nothing of the repository.
"""

from __future__ import annotations

import http.client
import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_ROOT = "/2018-06-01/runtime"


@dataclass(frozen=True)
class Context:
    """The part of Lambda's context object that the runtime fills (Lambda Developer Guide, "Python context object")."""

    aws_request_id: str
    invoked_function_arn: str
    deadline_ms: int
    client_context: None = None
    identity: None = None

    @property
    def function_name(self) -> str:
        return os.environ["AWS_LAMBDA_FUNCTION_NAME"]

    @property
    def function_version(self) -> str:
        return os.environ["AWS_LAMBDA_FUNCTION_VERSION"]

    @property
    def memory_limit_in_mb(self) -> str:
        return os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]

    @property
    def log_group_name(self) -> str:
        return os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]

    @property
    def log_stream_name(self) -> str:
        return os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]

    def get_remaining_time_in_millis(self) -> int:
        return max(0, self.deadline_ms - int(time.time() * 1000))


def error_of(error: BaseException) -> dict[str, Any]:
    """Lambda's error object for an exception of a function."""
    trace = traceback.format_list(traceback.extract_tb(error.__traceback__)[1:])
    return {"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": trace}


def load(name: str) -> Callable[[Any, Context], Any]:
    """The handler behind `module.function`."""
    module, _, function = name.rpartition(".")
    handler: Callable[[Any, Context], Any] = getattr(importlib.import_module(module.replace("/", ".")), function)
    return handler


def main(name: str) -> None:
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])

    def send(path: str, value: object) -> None:
        connection.request("POST", _ROOT + path, json.dumps(value).encode(), {"Content-Type": "application/json"})
        connection.getresponse().read()

    try:
        handler = load(name)
    except (ImportError, SyntaxError, AttributeError) as error:
        send("/init/error", {**error_of(error), "errorType": "Runtime.ImportModuleError"})
        sys.exit(1)
    except Exception as error:  # noqa: BLE001  whatever a module raises while it loads is an init error
        send("/init/error", error_of(error))
        sys.exit(1)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # a pipe, always a TextIOWrapper
    while True:
        connection.request("GET", f"{_ROOT}/invocation/next")
        event = connection.getresponse()
        body = event.read()
        request_id = event.headers["Lambda-Runtime-Aws-Request-Id"]
        os.environ["_X_AMZN_TRACE_ID"] = event.headers["Lambda-Runtime-Trace-Id"]
        context = Context(
            request_id,
            event.headers["Lambda-Runtime-Invoked-Function-Arn"],
            int(event.headers["Lambda-Runtime-Deadline-Ms"]),
        )
        try:
            result = handler(json.loads(body), context)
        except Exception as error:  # noqa: BLE001  a function's error is its answer
            print(f"[ERROR] {type(error).__name__}: {error}")
            send(f"/invocation/{request_id}/error", error_of(error))
        else:
            send(f"/invocation/{request_id}/response", result)


if __name__ == "__main__":
    main(sys.argv[1])
