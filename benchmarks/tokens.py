"""What a burst of cold containers costs a provider's token endpoint."""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from benchmarks.report import Row, Section, Table, at_most, ms
from commerce.platform.clock import ManualClock, SystemClock
from commerce.platform.deadline import Deadline
from commerce.platform.shared_tokens import SharedTokens
from commerce.platform.token_store import TokenStore
from commerce.platform.tokens import Token
from tests.one_at_a_time import OneAtATime
from tests.tables import tables

TITLE = "Access tokens"
METHOD = (
    "{callers} callers at the same moment, each a thread with a SharedTokens of its own, as {callers} containers have,"
    " on one TokensTable in moto. The provider's token endpoint takes {endpoint} ms. Cold: no token anywhere. Due: all"
    " hold a token whose renewal is due. Warm: all hold one that is not. AWS calls are of all callers together; the "
    "longest wait is of one caller, moto's one-by-one answers included, and says nothing about DynamoDB's."
)
CALLERS = 16
ENDPOINT_SECONDS = 0.2
LIFE = timedelta(hours=9)
KEY = "benchmark#1"


@dataclass(frozen=True, slots=True)
class Burst:
    """What all callers together did."""

    token_calls: int
    aws: Counter[str]
    tokens: int
    longest: float


class _Endpoint:
    """A token endpoint that counts."""

    provider = "benchmark"
    key = KEY

    def __init__(self) -> None:
        self.clock = ManualClock(SystemClock().now())
        self.calls = 0

    def fetch(self, _deadline: Deadline) -> Token:
        self.calls += 1
        time.sleep(ENDPOINT_SECONDS)
        now = self.clock.now()
        return Token(f"token-{self.calls}", now, now + LIFE)


def run(*, quick: bool) -> Section:
    callers = CALLERS
    with tables() as client:
        bursts = _bursts(OneAtATime(client), callers, repeats=1 if quick else 3)
    rows: list[Row] = [
        ("Callers", "token calls", "AWS calls", "of these writes tried", "tokens seen", "longest wait ms")
    ]
    rows += [_row(f"{callers} {name}", burst) for name, burst in bursts.items()]
    method = METHOD.format(callers=callers, endpoint=int(ENDPOINT_SECONDS * 1000))
    verdicts = [
        at_most(f"token calls for {callers} cold callers", bursts["cold"].token_calls, 1, digits=0),
        at_most(f"token calls for {callers} callers whose token is due", bursts["due"].token_calls, 1, digits=0),
        at_most("AWS calls of a warm caller", bursts["warm"].aws.total(), 0, digits=0),
    ]
    return Section(TITLE, method, [Table(rows)], verdicts)


def _row(name: str, burst: Burst) -> Row:
    writes = burst.aws.total() - burst.aws["get_item"]
    return (name, str(burst.token_calls), str(burst.aws.total()), str(writes), str(burst.tokens), ms(burst.longest, 0))


def _bursts(client: OneAtATime, callers: int, *, repeats: int) -> dict[str, Burst]:
    """The dearest burst of each kind."""
    found: dict[str, list[Burst]] = {"cold": [], "warm": [], "due": []}
    for _ in range(repeats):
        client.delete_item(TableName="TokensTable", Key={"pk": {"S": KEY}})
        endpoint = _Endpoint()
        everybody = [_container(client, endpoint) for _ in range(callers)]
        found["cold"].append(_burst(client, endpoint, everybody))
        found["warm"].append(_burst(client, endpoint, everybody))
        endpoint.clock.advance(0.95 * LIFE.total_seconds())
        found["due"].append(_burst(client, endpoint, everybody))
    return {name: max(bursts, key=lambda b: (b.token_calls, b.aws.total())) for name, bursts in found.items()}


def _container(client: Any, endpoint: _Endpoint) -> SharedTokens:
    return SharedTokens(TokenStore(client, "TokensTable"), lambda: endpoint, endpoint.clock)


def _burst(client: OneAtATime, endpoint: _Endpoint, everybody: list[SharedTokens]) -> Burst:
    barrier = threading.Barrier(len(everybody))
    client.calls.clear()
    before = endpoint.calls

    def timed(tokens: SharedTokens) -> tuple[str, float]:
        barrier.wait(10)
        began = time.perf_counter()
        return tokens.get(Deadline.after(20)).value, time.perf_counter() - began

    with ThreadPoolExecutor(len(everybody)) as pool:
        got = list(pool.map(timed, everybody))
    return Burst(
        token_calls=endpoint.calls - before,
        aws=Counter(client.calls),
        tokens=len({value for value, _ in got}),
        longest=max(seconds for _, seconds in got),
    )
