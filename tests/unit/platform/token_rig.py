"""Shared tokens with time that moves when told to, a provider that counts, and a table in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from commerce.platform.clock import ManualClock
from commerce.platform.deadline import Deadline
from commerce.platform.errors import StoreUnavailable
from commerce.platform.shared_tokens import SharedTokens
from commerce.platform.token_store import Failure, TokenRow, TokenStore
from commerce.platform.tokens import Token

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class MemoryStore(TokenStore):
    """What the table does, without one; it fails while `down`."""

    def __init__(self) -> None:
        self.rows: dict[str, TokenRow] = {}
        self.owners: dict[str, str] = {}
        self.reads = 0
        self.down = False

    def read(self, key: str) -> TokenRow:
        self.reads += 1
        return self._row(key)

    def lease(self, key: str, seen: TokenRow, owner: str, *, now: datetime, until: datetime) -> bool:
        row = self._row(key)
        if row.busy_until > now or row.token != seen.token:
            return False
        self.owners[key] = owner
        self.rows[key] = TokenRow(row.token, until)
        return True

    def keep(self, key: str, token: Token) -> bool:
        self._row(key)
        self.rows[key] = TokenRow(token)
        return True

    def fail(self, key: str, owner: str, failure: Failure, *, until: datetime) -> bool:
        row = self._row(key)
        if self.owners.get(key) != owner:
            return False
        self.rows[key] = replace(row, busy_until=until, failure=failure)
        return True

    def drop(self, key: str, token: Token) -> bool:
        row = self._row(key)
        if row.token is None or row.token.token_id != token.token_id:
            return False
        self.rows[key] = replace(row, token=None)
        return True

    def _row(self, key: str) -> TokenRow:
        if self.down:
            raise StoreUnavailable("Could not read an item: DynamoDB answered ThrottlingException.")
        return self.rows.get(key, TokenRow())


@dataclass
class Rig:
    """One provider whose tokens live for `life` seconds, and the processes that share them."""

    life: int = 1000
    key: str = "acme#1"
    provider: str = "acme"
    store: MemoryStore = field(default_factory=MemoryStore)
    clock: ManualClock = field(default_factory=lambda: ManualClock(START))
    error: Exception | None = None
    meanwhile: Callable[[], None] = lambda: None
    fetched: int = 0
    deadlines: list[float] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def fetch(self, deadline: Deadline) -> Token:
        self.fetched += 1
        self.deadlines.append(deadline.remaining())
        number = self.fetched
        issued = self.clock.now()
        self.meanwhile()
        if self.error is not None:
            raise self.error
        return Token(f"token-{number}", issued, issued + timedelta(seconds=self.life))

    def process(self, jitter: float = 0.5) -> SharedTokens:
        """A Lambda of its own: nothing in memory."""
        return SharedTokens(self.store, lambda: self, self.clock, sleep=self.sleep, jitter=lambda: jitter)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.advance(seconds)

    def deadline(self, seconds: float = 8.0) -> Deadline:
        return Deadline.after(seconds, monotonic=lambda: self.clock.now().timestamp())
