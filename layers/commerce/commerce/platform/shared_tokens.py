"""Access tokens that all functions share: one call to the provider's token endpoint, however many ask (AUT-01 to 03).

A token is kept in this process and in TOKENS_TABLE. When it is due, one caller takes the lease and fetches the next;
the others go on with the old one while it lives, or wait in short steps inside their own deadline.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from commerce.platform.clock import Clock
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ConfigurationError, ProviderUnavailable, StoreError
from commerce.platform.ids import Ids, RandomIds
from commerce.platform.observability import count, log_failure
from commerce.platform.token_store import Failure, TokenRow, TokenStore
from commerce.platform.tokens import Token, TokenSource

RENEWED_FROM, RENEWED_OVER = 0.8, 0.1
"""A token is renewed at 80 to 90 % of its life; each process draws where exactly, so that they do not come at once."""

FETCH_SECONDS = 5.0
LEASE_SECONDS = FETCH_SECONDS + 1.0
"""A fetch ends before its lease, with time left to share what came of it: however slow the endpoint, one caller asks.
It is also how long one that died while fetching keeps the others waiting, and so no longer than it must be."""

FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.05, 0.4
LOOK_AGAIN_SECONDS = 2.0
"""After so long a process that goes on with an old token looks whether there is a new one."""

REFUSED_SECONDS, UNAVAILABLE_SECONDS, LONGEST_PAUSE_SECONDS = 30, 1, 60
"""For so long nobody asks again after a refusal, or a failure (unless the provider says how long)."""

SPARE_SECONDS, SPARE_SHARE = 5, 0.05
"""A token is not used in its last seconds, of a short one in its last twentieth: it would end under way."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A token in this process, and until when it is used without a look at the table."""

    key: str
    token: Token
    look_at: datetime


@dataclass(frozen=True, slots=True)
class _Lease:
    """The right to fetch; nobody's is None: the table was not reached, and the token is for this process alone."""

    owner: str | None


class SharedTokens:
    """The tokens of one provider's API. Build it once at init; it may be used by several threads."""

    def __init__(
        self,
        store: TokenStore,
        source: Callable[[], TokenSource],
        clock: Clock,
        *,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
        ids: Ids | None = None,
    ) -> None:
        """`source` gives the source for the credentials as the secret has them now."""
        self._store = store
        self._source = source
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._ids = ids or RandomIds()
        self._held: _Held | None = None
        self._dropped = ""
        self._turn = threading.Lock()

    def get(self, deadline: Deadline) -> Token:
        """A token that is valid now.

        Raises:
            ConfigurationError: the provider refuses the credentials, or secret or table is missing; nothing was done.
            ProviderUnavailable: there is no token now; nothing was done.
        """
        source = self._source()
        held = self._still_held(source.key)
        if held is not None and self._clock.now() < held.look_at:
            return held.token
        # One thread renews. Whoever has an old token does not wait for it.
        if not self._turn.acquire(timeout=deadline.remaining() if held is None else 0):
            if held is not None:
                return held.token
            raise _out_of_time(source.provider)
        try:
            return self._renewed(source, deadline)
        finally:
            self._turn.release()

    def drop(self, token: Token) -> None:
        """The provider did not accept this token: nobody uses it again. One that replaced it meanwhile stays."""
        held = self._held
        if held is None or held.token.token_id != token.token_id:
            return
        self._dropped = token.token_id
        self._held = None
        try:
            self._store.drop(held.key, token)
        except StoreError as error:
            # Here it is dropped all the same; another process learns it from its own refusal.
            log_failure("dropped token still shared", error)

    def _renewed(self, source: TokenSource, deadline: Deadline) -> Token:
        held = self._still_held(source.key)
        if held is not None and self._clock.now() < held.look_at:
            return held.token  # another thread was here first
        try:
            found = self._from_table(source, deadline)
        except StoreError as error:
            # The table saves calls and guards nothing: without it a payment goes on with a token of its own. A table
            # that is missing or forbidden is a ConfigurationError, and is told at once: hidden, it would stay so.
            count("token", provider=source.provider, outcome="unshared")
            log_failure("token table not reached, fetching alone", error, provider=source.provider)
            found = _Lease(None)
        return found if isinstance(found, Token) else self._fetched(source, deadline, found)

    def _from_table(self, source: TokenSource, deadline: Deadline) -> Token | _Lease:
        wait = FIRST_WAIT_SECONDS
        while True:
            row = self._store.read(source.key)
            now = self._clock.now()
            held = self._learned(source.key, row, now)
            if held is not None and now < held.look_at:
                return held.token
            owner = self._ids.new("lease")
            until = now + timedelta(seconds=LEASE_SECONDS)
            if now >= row.busy_until and self._store.lease(source.key, row, owner, now=now, until=until):
                return _Lease(owner)
            if held is not None:
                return self._go_on(held)
            if row.failure is not None and now < row.busy_until:
                raise _retold(row.failure, row.busy_until - now)
            self._wait(source.provider, wait, deadline)
            wait = min(2 * wait, LONGEST_WAIT_SECONDS)

    def _fetched(self, source: TokenSource, deadline: Deadline, lease: _Lease) -> Token:
        try:
            token = source.fetch(
                Deadline.after(deadline.remaining(), ceiling=FETCH_SECONDS, monotonic=deadline.monotonic)
            )
        except (ConfigurationError, ProviderUnavailable) as error:
            self._tell_others(source, lease, error)
            held = self._still_held(source.key)
            if held is None:
                raise
            log_failure("token not renewed, the old one is still valid", error, provider=source.provider)
            return self._go_on(held)
        count("token", provider=source.provider, outcome="fetched")
        self._held = _Held(source.key, token, self._due(token))
        if lease.owner is not None:
            with _best_effort("fetched token not shared", source):
                self._store.keep(source.key, token)
        return token

    def _tell_others(self, source: TokenSource, lease: _Lease, error: ConfigurationError | ProviderUnavailable) -> None:
        refused = isinstance(error, ConfigurationError)
        count("token", provider=source.provider, outcome="refused" if refused else "unavailable")
        seconds = REFUSED_SECONDS if refused else min(error.retry_after or UNAVAILABLE_SECONDS, LONGEST_PAUSE_SECONDS)
        if lease.owner is not None:
            with _best_effort("failed fetch not told", source):
                failure = Failure(error.code, error.message, refused)
                until = self._clock.now() + timedelta(seconds=seconds)
                self._store.fail(source.key, lease.owner, failure, until=until)

    def _learned(self, key: str, row: TokenRow, now: datetime) -> _Held | None:
        """What is held, after a look at the row."""
        token, held = row.token, self._still_held(key)
        if token is None or token.token_id == self._dropped or not _usable(token, now):
            return held
        if held is None or token.issued_at > held.token.issued_at:
            self._held = held = _Held(key, token, self._due(token))
        return held

    def _still_held(self, key: str) -> _Held | None:
        held = self._held
        return held if held is not None and held.key == key and _usable(held.token, self._clock.now()) else None

    def _go_on(self, held: _Held) -> Token:
        """Use an old token a little longer: somebody is fetching a new one, or there is none to be had now."""
        self._held = replace(held, look_at=self._clock.now() + timedelta(seconds=LOOK_AGAIN_SECONDS))
        return held.token

    def _due(self, token: Token) -> datetime:
        share = RENEWED_FROM + RENEWED_OVER * self._jitter()
        return token.issued_at + share * (token.expires_at - token.issued_at)

    def _wait(self, provider: str, seconds: float, deadline: Deadline) -> None:
        seconds *= (1 + self._jitter()) / 2
        if seconds >= deadline.remaining():
            raise _out_of_time(provider)
        self._sleep(seconds)


@contextmanager
def _best_effort(message: str, source: TokenSource) -> Iterator[None]:
    """The outcome is known already, and does not depend on whether the others hear of it."""
    try:
        yield
    except StoreError as error:
        log_failure(message, error, provider=source.provider)


def _usable(token: Token, now: datetime) -> bool:
    spare = min(timedelta(seconds=SPARE_SECONDS), SPARE_SHARE * (token.expires_at - token.issued_at))
    return now < token.expires_at - spare


def _retold(failure: Failure, left: timedelta) -> ConfigurationError | ProviderUnavailable:
    """What another caller heard from the provider a moment ago."""
    if failure.refused:
        return ConfigurationError(failure.text, code=failure.code, retryable=True)
    return ProviderUnavailable(failure.text, code=failure.code, retry_after=max(1, -(-left // timedelta(seconds=1))))


def _out_of_time(provider: str) -> ProviderUnavailable:
    return ProviderUnavailable(
        f"Nothing was done: another function is fetching {provider}'s access token, and there was no time left to wait "
        "for it. Try again shortly.",
        retry_after=1,
    )
