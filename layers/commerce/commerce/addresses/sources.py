"""The sources in their order, each with a timeout and a breaker of its own: they fail apart (ADR-07)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from commerce.addresses.model import CepAddress, CepSource, StreetSource
from commerce.platform.breaker import ProviderBreaker
from commerce.platform.config import setting
from commerce.platform.deadline import Deadline
from commerce.platform.errors import IntegrationError, ProviderError
from commerce.platform.hedging import Source

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

SECONDS: Mapping[str, float] = MappingProxyType({"viacep": 1.5, "opencep": 1.5, "brasilapi": 2.0})
"""How long each may take; BrasilAPI asks others before it answers."""

SEARCH_SECONDS = 4.0
"""Nobody else can search, so a slow answer is worth more than none."""

FAILURES_TO_OPEN = 3
OPEN_SECONDS = 300
"""A block lasts; asking on prolongs it, and costs every look-up the time until the next source is asked."""

GRACE_SECONDS = 0.25
"""A failure that comes later than this after its time is over is the freezer's: see `GuardedSource`."""


class Guard(Protocol):
    """A circuit breaker."""

    def call[T](self, function: Callable[[], T]) -> T: ...


@dataclass(frozen=True, slots=True)
class GuardedSource:
    """A source as the directory asks it.

    Lambda freezes a container with the calls that nobody waits for any more. When it thaws, they fail because their
    time is over, whatever the source had said: such a failure must not open a breaker that all containers share. One
    in time counts, also of a call that was left behind: a source that swallows connections fails in no other way.

    Args:
        now: seconds of the wall clock, which goes on while the container stands still.
    """

    source: CepSource
    breaker: Guard
    seconds: float
    now: Callable[[], float] = time.time

    def asked_for(self, cep: str) -> Source[CepAddress | None]:
        return Source(self.source.name, lambda: self.breaker.call(lambda: self._find(cep)))

    def _find(self, cep: str) -> CepAddress | None:
        began = self.now()
        try:
            return self.source.find(cep, Deadline.after(self.seconds))
        except ProviderError as error:
            if self.now() - began > self.seconds + GRACE_SECONDS:
                raise _overslept(self.source.name) from error
            raise


def _overslept(name: str) -> IntegrationError:
    # Outside of ProviderError: the breaker takes it neither for a failure nor for an answer.
    return IntegrationError(
        f"A call to {name} stood still together with its container; it says nothing about {name}.",
        code="call_overslept",
        retryable=True,
    )


@dataclass(frozen=True, slots=True)
class GuardedStreets:
    """The source of searches as it is asked."""

    source: StreetSource
    breaker: Guard
    seconds: float = SEARCH_SECONDS

    def search(self, state: str, city: str, street: str) -> list[CepAddress]:
        return self.breaker.call(lambda: self.source.search(state, city, street, Deadline.after(self.seconds)))


def guarded(sources: Iterable[CepSource], client: DynamoDBClient) -> list[GuardedSource]:
    """In the order in which they are asked; breakers are in the BREAKERS_TABLE."""
    return [GuardedSource(source, breaker_of(source.name, client), SECONDS[source.name]) for source in sources]


def breaker_of(name: str, client: DynamoDBClient) -> ProviderBreaker:
    table = setting("BREAKERS_TABLE")
    return ProviderBreaker(name, table=table, client=client, failures=FAILURES_TO_OPEN, open_seconds=OPEN_SECONDS)
