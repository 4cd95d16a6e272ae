"""What a poll run costs while the table grows and the payments that are due, of all providers, stay as many."""

from __future__ import annotations

import gc
import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models.dynamo_type import DynamoType, Item

from benchmarks.functions import POLLER, load
from benchmarks.recording import Recorder
from benchmarks.report import Row, Section, Table, Verdict, ms
from benchmarks.shop import payment_queues
from commerce.payments.codec import DUE_SHARDS, due_shard, payment_key
from commerce.platform import aws
from commerce.platform.dynamodb import marshal
from local.build.blueprint import Blueprint
from tests.tables import tables

TITLE = "Poll run, by size of the table"
METHOD = (
    "PaymentsPollerFunction on moto. Of the rows, shared out evenly among the {providers} providers, 100 are due; of "
    "the others every fifth waits for a later look and the rest are finished. Every provider has {shards} shards in "
    "the index, each a query of its own whatever is in it. Rows read is what the queries had to look at "
    "(ScannedCount). Read units are computed from the bytes of those rows by DynamoDB's rule for eventually consistent "
    "queries, as moto does not count them. Own time is the run's wall time less the time from each finished request to "
    "its answer, the median of three runs: moto's time says nothing about DynamoDB's. The calls of a run: {calls}."
)
DUE = 100
RUNS = 3
SIZES = (1_000, 10_000, 100_000)
PAST, FUTURE = "2020-01-01T00:00:00.000Z", "2100-01-01T00:00:00.000Z"
MOST = 1.1
"""How much a hundred times the rows may add to calls and rows read; nothing, but for rounding."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one run; `own_seconds` are those outside of AWS calls."""

    calls: Counter[str]
    rows_read: int
    read_units: float
    claimed: int
    own_seconds: float


def run(blueprint: Blueprint, *, quick: bool, tell: Callable[[str], None]) -> Section:
    costs: dict[int, Cost] = {}
    for size in SIZES[:2] if quick else SIZES:
        tell(f"a table of {size:,} payments")
        costs[size] = cost_of_run(blueprint, size)
    least = costs[SIZES[0]]
    headings = ("Rows in the table", "due", "claimed", "AWS calls", "rows read", "read units", "own ms")
    rows: list[Row] = [(*headings, "calls x", "rows read x", "own time x")]
    rows += [(f"{size:,}", str(DUE), *_figures(cost), *_ratios(cost, least)) for size, cost in costs.items()]
    which = ", ".join(f"{times} {name}" for name, times in least.calls.items())
    method = METHOD.format(calls=which, providers=len(payment_queues(blueprint)), shards=DUE_SHARDS)
    return Section(TITLE, method, [Table(rows)], [_verdict(costs)])


def _figures(cost: Cost) -> tuple[str, ...]:
    counts = (cost.claimed, cost.calls.total(), cost.rows_read)
    return (*map(str, counts), f"{cost.read_units:g}", ms(cost.own_seconds, 1))


def _ratios(cost: Cost, least: Cost) -> tuple[str, ...]:
    ratios = (
        cost.calls.total() / least.calls.total(),
        cost.rows_read / least.rows_read,
        cost.own_seconds / least.own_seconds,
    )
    return tuple(f"{ratio:.2f}" for ratio in ratios)


def _verdict(costs: Mapping[int, Cost]) -> Verdict:
    small, large = min(costs), max(costs)
    calls, read, _ = map(float, _ratios(costs[large], costs[small]))
    return Verdict(
        f"a poll's calls and rows read follow what is due: from {small:,} to {large:,} rows <= x{MOST:g}",
        f"x{calls:.2f} and x{read:.2f}",
        max(calls, read) <= MOST,
    )


def cost_of_run(blueprint: Blueprint, size: int, runs: int = RUNS) -> Cost:
    """The run that took the median time, over a table of `size` payments of which DUE are due."""
    providers = sorted(payment_queues(blueprint))
    with tables():
        _fill(range(size), providers)
        # The collector would walk through moto's rows, and make them ours.
        gc.collect()
        gc.freeze()
        try:
            costs = [_run_once(blueprint) for _ in range(runs)]
        finally:
            gc.unfreeze()
    return sorted(costs, key=lambda cost: cost.own_seconds)[runs // 2]


def _run_once(blueprint: Blueprint) -> Cost:
    """A run in a container that has rested for a minute: it reads the breakers' states anew."""
    names = payment_queues(blueprint)
    _fill(range(DUE), sorted(names))
    recorder = Recorder()
    build: Any = aws.client
    sqs = build("sqs")
    queues = {provider: sqs.create_queue(QueueName=name)["QueueUrl"] for provider, name in names.items()}
    poll = load(
        blueprint,
        [POLLER],
        client=lambda service: recorder.listen(build(service)),
        PAYMENT_QUEUES=" ".join(f"{provider}={url}" for provider, url in queues.items()),
    )[POLLER]
    with recorder.scene("run") as scene:
        began = time.perf_counter()
        answer = poll({})
        took = time.perf_counter() - began
    pages = [call.answer.parsed for call in scene.aws if call.operation == "Query"]
    return Cost(
        calls=Counter(scene.operations),
        rows_read=sum(page["ScannedCount"] for page in pages),
        read_units=sum(_read_units(page["Items"]) for page in pages),
        claimed=sum(answer["claimed"].values()),
        own_seconds=took - sum(call.seconds for call in scene.aws),
    )


def _fill(numbers: Iterable[int], providers: Sequence[str]) -> None:
    """Payments written straight into moto's table: through its API a hundred thousand would take minutes."""
    table = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID]["us-east-1"].tables["CommerceTable"]
    for number in numbers:
        row = marshal(_row(number, providers[number % len(providers)], due=number < DUE))
        hash_key, range_key = DynamoType(row["pk"]), DynamoType(row["sk"])
        table.items[hash_key][range_key] = Item(hash_key, range_key, row)


def _row(number: int, provider: str, *, due: bool) -> dict[str, object]:
    payment_id = f"pay_{number:024}"
    row = {**payment_key(payment_id), "payment_id": payment_id, "provider": provider, "status": "processing"}
    if due or number % 5 == 0:
        return {**row, "due_shard": due_shard(provider, payment_id), "due_at": PAST if due else FUTURE}
    return {**row, "status": "paid"}


def _read_units(items: Sequence[Mapping[str, Any]]) -> float:
    """Half a unit for every 4 kB that a query looked at, one half at least (DynamoDB guide, Capacity consumption)."""
    size = sum(len(name) + len(value["S"].encode()) for item in items for name, value in item.items())
    return max(1, math.ceil(size / 4096)) / 2
