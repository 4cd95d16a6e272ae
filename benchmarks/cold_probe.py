"""Run in a fresh, bare interpreter: import one handler and tell what that took.

    python -S -P -B cold_probe.py time <module>    prints wall and CPU nanoseconds of the import
    python -S -P -B cold_probe.py uses <module>    prints what the floor of this handler needs, as words

Nothing is imported here that the measured module would have to pay for.
"""

import sys
import time
from importlib import import_module
from typing import Any


def timed(module: str) -> str:
    cpu, wall = time.process_time_ns(), time.perf_counter_ns()
    import_module(module)
    return f"{time.perf_counter_ns() - wall} {time.process_time_ns() - cpu}"


def uses(module: str) -> str:
    boto3: Any = import_module("boto3")
    words: set[str] = set()
    build = boto3.client

    def client(service: str, *args: Any, **kwargs: Any) -> Any:
        words.add(service)
        return build(service, *args, **kwargs)

    boto3.client = client
    import_module(module)
    for part in ("event_handler", "utilities.batch"):
        if f"aws_lambda_powertools.{part}" in sys.modules:
            words.add(part)
    return " ".join(sorted(words))


if __name__ == "__main__":
    sys.stdout.write("\n" + {"time": timed, "uses": uses}[sys.argv[1]](sys.argv[2]) + "\n")
