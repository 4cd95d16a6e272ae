"""CPU of our own for each operation, and so how many of them a core can do in a second."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping

import stripe

from benchmarks import story
from benchmarks.rehearsal import PROCESSED, Act
from benchmarks.report import Row, Section, Table, Verdict, ms
from benchmarks.sandboxes import WEBHOOK_SECRET
from benchmarks.story import Story
from benchmarks.timing import cpu_medians
from commerce.payments.gateways.stripe.signature import sign

TITLE = "CPU and throughput"
METHOD = (
    "CPU time (`process_time`), medians over rounds in which all lines take turns. AWS: stub objects in the place"
    " of boto3's clients, which hand out recorded answers; the last two columns repeat it with real clients, of "
    "which only the sending is replaced. Providers: an adapter below `requests`, so that our gateway, the SDK and "
    "`requests` do all their work. Log lines and metrics are written, to /dev/null. An event is processed from "
    "the webhook at the function URL to the committed transaction with its outbox rows: both functions, batches "
    "of one. Each line was proved to make the calls that were recorded, and no others."
)
ACKNOWLEDGED_LIMIT = 0.3
PROCESSED_LIMIT = 3.0
"""Milliseconds, set on a machine on which construct_event takes REFERENCE."""
REFERENCE = 0.27

HMAC = "for scale: HMAC-SHA256 and json.loads of the event"
SDK = "for scale: construct_event of Stripe's SDK"
HEADINGS = ("Operation", "CPU ms", "x HMAC + JSON", "x construct_event", "per s and core", "with boto3 ms", "per s")


def run(told: Story, acts: dict[str, Act], real: dict[str, Act], *, seconds: float) -> Section:
    works: dict[str, Callable[[], object]] = {HMAC: _hmac_and_json(told), SDK: _construct_event(told), **acts}
    works |= {_with_boto(name): act for name, act in real.items()}
    taken = cpu_medians(works, seconds=seconds)
    rows: list[Row] = [HEADINGS, *(_row(name, taken) for name in (HMAC, SDK, *acts))]
    verdicts = [
        _verdict("CPU of our own per acknowledged webhook", story.ACKNOWLEDGED, ACKNOWLEDGED_LIMIT, taken),
        _verdict("CPU of our own per processed event", PROCESSED, PROCESSED_LIMIT, taken),
    ]
    return Section(TITLE, METHOD, [Table(rows)], verdicts)


def _verdict(target: str, name: str, limit: float, taken: Mapping[str, float]) -> Verdict:
    cost = taken[name] * 1000
    pace = f"construct_event takes {ms(taken[SDK])} ms here, {REFERENCE:g} ms where the target was set"
    return Verdict(f"{target} <= {limit:g} ms", f"{cost:.3f} ms; {pace}", cost <= limit)


def _row(name: str, taken: Mapping[str, float]) -> Row:
    cost = taken[name]
    scales = (f"{cost / taken[HMAC]:.1f}", f"{cost / taken[SDK]:.2f}")
    full = taken.get(_with_boto(name))
    with_boto = ("", "") if full is None else (ms(full), f"{1 / full:,.0f}")
    return (name, ms(cost), *scales, f"{1 / cost:,.0f}", *with_boto)


def _with_boto(name: str) -> str:
    return f"{name}, with boto3"


def _hmac_and_json(told: Story) -> Callable[[], object]:
    raw, key, stamp = told.webhook, WEBHOOK_SECRET.encode(), str(int(time.time())).encode()

    def work() -> object:
        hmac.new(key, stamp + b"." + raw, hashlib.sha256).hexdigest()
        return json.loads(raw)

    return work


def _construct_event(told: Story) -> Callable[[], object]:
    raw = told.webhook
    header = sign(raw, WEBHOOK_SECRET, int(time.time()))
    return lambda: stripe.Webhook.construct_event(raw, header, WEBHOOK_SECRET)
