"""The sources in their order, each with a timeout and a breaker of its own: they fail apart (ADR-07)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from commerce.addresses.model import CepAddress, CepSource, StreetSource
from commerce.platform.breaker import ProviderBreaker
from commerce.platform.config import setting
from commerce.platform.deadline import Deadline
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


class Guard(Protocol):
    """A circuit breaker."""

    def call[T](self, function: Callable[[], T]) -> T: ...


@dataclass(frozen=True, slots=True)
class GuardedSource:
    """A source as the directory asks it."""

    source: CepSource
    breaker: Guard
    seconds: float

    def asked_for(self, cep: str) -> Source[CepAddress | None]:
        def ask() -> CepAddress | None:
            return self.breaker.call(lambda: self.source.find(cep, Deadline.after(self.seconds)))

        return Source(self.source.name, ask)


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
