"""The demo from curtain to curtain: the stack, the day on it, the verdict."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Sequence
from contextlib import closing

from local.demo.closing import faults_of_the_day, summary
from local.demo.day import CHAPTERS, Chapter, play_all
from local.demo.outage import POLL_SECONDS
from local.demo.shop import Shop
from local.demo.telling import Teller
from local.stack import Stack, StackOptions
from local.stack.errors import StackError
from local.stack.logs import LogLine
from local.stack.options import ROOT
from local.stack.providers import all_sandboxes

MAIL_FOLDER = ROOT / ".local" / "demo" / "mail"
_ON_STAGE = (
    "AddressesFunction",
    "ViacepFunction",
    "OrdersFunction",
    "StripeApiFunction",
    "StripeWebhookFunction",
    "StripeWorkerFunction",
    "PaypalApiFunction",
    "PaypalWebhookFunction",
    "PaypalWorkerFunction",
    "PixApiFunction",
    "PixWebhookFunction",
    "PixWorkerFunction",
    "BoletoApiFunction",
    "MercadoPagoWebhookFunction",
    "MercadoPagoWorkerFunction",
    "PaymentsFunction",
    "PaymentsPollerFunction",
    "OutboxRelayFunction",
    "SendgridWorkerFunction",
    "GoogleMapsApiFunction",
)
"""Started before the first chapter, so that its times are those of a warm function."""

_NEXT = """
Where to look next
  make run     the same, running: addresses, a token for each role, and curl lines to try it yourself
  make test    the tests; make invariants shows what they prove
  docs         architecture.md, operations.md, and providers/stripe.md for a real account"""


def perform(teller: Teller, began: float, *, verbose: bool, chapters: Sequence[Chapter] = CHAPTERS) -> int:
    """Exit code 0 after a good day, 1 when anything was not as it should be.

    Args:
        began: when the command started, by `time.monotonic`.
        verbose: print what the functions log.
    """
    shutil.rmtree(MAIL_FOLDER, ignore_errors=True)
    options = StackOptions(
        sandboxes=all_sandboxes(MAIL_FOLDER, certificates_folder=None),
        parameters={"CardPollSeconds": POLL_SECONDS},
        # A second container of a function would start in the middle of a chapter, and be all that its time tells.
        concurrency=1,
        prewarm=_ON_STAGE,
        echo=_print if verbose else None,
    )
    stack = Stack(options)
    try:
        with teller.waiting("Starting tables, queues, bus, functions and sandboxes"):
            stack.start()
        with closing(Shop(stack, teller)) as shop:
            played = play_all(shop, chapters)
            summary(shop, played, time.monotonic() - began)
            faults = faults_of_the_day(shop)
    except StackError as error:
        teller.wrong(error.message)
        return 1
    finally:
        stack.stop()
    for fault in faults:
        teller.wrong(f"  NOT AS IT SHOULD BE  {fault}")
    if faults or not all(chapter.went_well for chapter in played):
        teller.plain("\nWhat went wrong is said above; make demo ARGS=--verbose shows what the functions logged.")
        return 1
    teller.plain()
    teller.good("All was as it should be.")
    teller.plain(f"{_NEXT}\n  receipts     {MAIL_FOLDER}")
    return 0


def _print(line: LogLine) -> None:
    print(line, file=sys.stderr, flush=True)
