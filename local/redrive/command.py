"""`python -m local redrive QUEUE`: brings dead letters back to their queue, after you have mended what made them fail.

    python -m local redrive stripe --stack commerce-prod
    python -m local redrive email --endpoint http://127.0.0.1:4566        the AWS address that `make run` prints

The other two dead ends need no redrive: the sweeper publishes from the table what the relay gave up on
(outbox-failures), and the next tick does the work of a lost one (schedule-failures).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local.redrive.moves import RedriveError, Route, move_by_hand, move_by_task, waiting

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

QUEUES = ("brazil-payments", "email", "geocode", "mercado-pago", "paypal", "pix", "stripe")
LOCAL_STACK = "commerce-local"


def main(arguments: Sequence[str]) -> int:
    """Exit code 0 when nothing is left to do, 1 when it failed, 2 when it was not confirmed."""
    options = _parser().parse_args(arguments)
    stack = options.stack or (LOCAL_STACK if options.endpoint else "commerce-dev")
    try:
        return redrive(_client(options.endpoint), Route.of(stack, options.queue), options, _ask)
    except RedriveError as error:
        print(f"redrive: {error}", file=sys.stderr)
    except (BotoCoreError, ClientError) as error:
        print(f"redrive: AWS refused: {error}. Check AWS_PROFILE and AWS_REGION.", file=sys.stderr)
    return 1


def redrive(sqs: SQSClient, route: Route, options: argparse.Namespace, ask: Callable[[str], bool]) -> int:
    count = waiting(sqs, route.source)
    if count == 0:
        print(f"{route.source} is empty: nothing to move.")
        return 0
    waiting(sqs, route.target)
    print(f"About {count} messages in {route.source} will go back to {route.target}.")
    if not options.yes and not ask("Move them now? [y/N] "):
        print("Nothing was moved.")
        return 2
    if options.endpoint:
        moved = move_by_hand(sqs, route, _tell)
    else:
        moved = move_by_task(sqs, route, options.per_second, _tell, time.sleep)
    print(f"Moved {moved} messages. Those that fail again come back to {route.source}.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m local redrive", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("queue", choices=QUEUES, help="whose dead letters")
    parser.add_argument("--stack", help="name of the deployed stack (default: commerce-dev)")
    parser.add_argument("--endpoint", help="address of another AWS, such as the local stack's")
    parser.add_argument("--per-second", type=int, default=10, help="how fast, at most (default: %(default)s)")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    return parser


def _client(endpoint: str | None) -> SQSClient:
    if endpoint is None:
        return boto3.client("sqs")
    return boto3.client(
        "sqs",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="redrive",
        aws_secret_access_key="local",  # noqa: S106 - the local stack checks no signatures
    )


def _ask(question: str) -> bool:
    if not sys.stdin.isatty():
        print("Nobody to ask; say --yes to go on.", file=sys.stderr)
        return False
    return input(question).strip().lower() in ("y", "yes")


def _tell(progress: str) -> None:
    print(f"  {progress}", flush=True)
