"""The day: chapters in order, timed and counted. One that goes wrong does not keep the others from playing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import requests

from local.demo.approving import by_paypal
from local.demo.boleto import next_day, too_little
from local.demo.checks import WentWrong
from local.demo.connections import USER_AGENT
from local.demo.disorder import disorder
from local.demo.filling_in import filling_in
from local.demo.mapping import on_the_map
from local.demo.operating import partial_capture, partial_refund
from local.demo.outage import outage
from local.demo.paying import asked_by_the_bank, by_card, declined
from local.demo.pix import by_pix, expired, late, webhook_lost
from local.demo.shop import Shop
from local.demo.visitors import turned_away
from local.stack.errors import StackError
from local.stack.logs import LogLine

_LOUD = ("WARNING", "ERROR", "CRITICAL")
_SHOWN_LINES = 8


@dataclass(frozen=True, slots=True)
class Chapter:
    """`play` tells its steps, and gives the result for the table, or raises WentWrong."""

    title: str
    play: Callable[[Shop], str]


CHAPTERS = (
    Chapter("Ana buys tea things with her card", by_card),
    Chapter("Bruno's card is declined", declined),
    Chapter("Emma's bank asks her (3-D Secure)", asked_by_the_bank),
    Chapter("Ana sends one of two cups back", partial_refund),
    Chapter("Bruno's money is held, a part is taken", partial_capture),
    Chapter("Stripe goes down in mid-charge", outage),
    Chapter("Webhooks come thrice, newest first", disorder),
    Chapter("Emma agrees at PayPal, and two hear of it", by_paypal),
    Chapter("Ana pays a Pix", by_pix),
    Chapter("Bruno's Pix runs out", expired),
    Chapter("Ana pays a Pix too late", late),
    Chapter("The bank's webhook is lost", webhook_lost),
    Chapter("Bruno pays a boleto the next day", next_day),
    Chapter("Ana pays too little", too_little),
    Chapter("An address on the map, and the way there", on_the_map),
    Chapter("The form fills itself in, ViaCEP or not", filling_in),
    Chapter("Who is turned away", turned_away),
)


@dataclass(frozen=True, slots=True)
class Played:
    """How a chapter went, and what our functions asked of AWS and of those who take money."""

    title: str
    result: str
    went_well: bool
    seconds: float
    aws_calls: int
    provider_calls: int


def play_all(shop: Shop, chapters: Sequence[Chapter] = CHAPTERS) -> list[Played]:
    return [_play(shop, number, chapter) for number, chapter in enumerate(chapters, 1)]


def _play(shop: Shop, number: int, chapter: Chapter) -> Played:
    shop.teller.chapter(number, chapter.title)
    aws, provider, logged = aws_calls(shop), provider_calls(shop), len(shop.stack.logs)
    began = time.monotonic()
    try:
        result, went_well = chapter.play(shop), True
    except (WentWrong, StackError) as error:
        result, went_well = str(error), False
    except (requests.RequestException, LookupError, TypeError, AttributeError, ValueError) as error:
        result, went_well = f"An answer was not as it should be: {type(error).__name__}: {error}", False
    seconds = time.monotonic() - began
    if not went_well:
        shop.teller.wrong(f"  NOT AS IT SHOULD BE  {result}")
        _show(shop, shop.stack.logs[logged:])
        _mend(shop)
    # What a chapter set off is over before the next begins, so that each has its own numbers.
    _drain(shop)
    return Played(chapter.title, result, went_well, seconds, aws_calls(shop) - aws, provider_calls(shop) - provider)


def aws_calls(shop: Shop) -> int:
    """Requests of the functions to AWS so far; what event sources ask over and over is not among them."""
    return sum(1 for call in shop.stack.calls if call.part == 0 and not call.by_source)


def provider_calls(shop: Shop) -> int:
    """Requests of the functions to the providers of payments so far; what people and browsers ask is none."""
    entries = [entry for controls in shop.controls.values() for entry in controls.look("log")]
    return sum(entry["headers"].get("User-Agent") != USER_AGENT for entry in entries)


def level(line: LogLine) -> str:
    """Of a structured log line; "" for others, such as metrics."""
    try:
        return str(json.loads(line.text).get("level", ""))
    except (ValueError, AttributeError):
        return ""


def _show(shop: Shop, lines: Sequence[LogLine]) -> None:
    loud = [line for line in lines if level(line) in _LOUD]
    for line in loud[-_SHOWN_LINES:]:
        shop.teller.plain(f"  {line}")


def _mend(shop: Shop) -> None:
    """The providers as they were: the next chapter starts on firm ground."""
    for controls in shop.controls.values():
        controls.clear("faults")
        controls.tell("webhooks", mode="deliver")
        controls.tell("webhooks/flush")


def _drain(shop: Shop) -> None:
    try:
        shop.stack.drain()
    except StackError as error:
        shop.teller.wrong(f"  {error.message}")
