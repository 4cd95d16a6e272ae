"""The transport under Stripe's SDK: the platform's session, its deadline, and repeats of what provably did not happen.

Traps of the SDK's own transport that are closed here: a timeout of 80 s, repeats after an outcome that nobody knows,
none after 429, and no word on whether a failed request had left the machine.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NoReturn

import requests
import stripe

from commerce.platform.deadline import Deadline
from commerce.platform.http import ProviderSession, Retry, nothing_was_sent, retry_after

IDLE_SECONDS = 45.0
"""A connection that slept longer is not trusted: a POST on one that died in a frozen Lambda would end as UNKNOWN."""
_KEY_REFUSED = frozenset({401, 403})
_REPEATABLE_CONFLICTS = frozenset({"lock_timeout", "idempotency_key_in_use"})

type Answer = tuple[Any, int, Mapping[str, str]]
"""Body (text), status, headers."""

_deadline: ContextVar[Deadline] = ContextVar("stripe_deadline")


@contextmanager
def keeping_to(deadline: Deadline) -> Iterator[None]:
    """Every request of the SDK inside the block is over by `deadline`."""
    token = _deadline.set(deadline)
    try:
        yield
    finally:
        _deadline.reset(token)


class RequestNotSent(stripe.APIConnectionError):
    """The request provably never left this machine: nothing happened."""


class DeadlineHttpClient(stripe.RequestsClient):
    """Sends what the SDK prepared, a few times at most and always with the same idempotency key (PAY-06).

    Repeated is what never left this machine, a 429, and a 409 that says that somebody else holds the object or the
    key right now. Whatever else went wrong may have happened, and only a read can tell (PAY-04).
    """

    def __init__(
        self,
        session: ProviderSession,
        *,
        retry: Retry | None = None,
        wall: Callable[[], float] = time.time,
        key_refused: Callable[[], None] | None = None,
    ) -> None:
        """`key_refused` is told when Stripe does not accept the API key, or not for this."""
        super().__init__(session=session)
        self._calls = session
        self._retry = retry or Retry()
        self._key_refused = key_refused
        # Not the monotonic clock: it may stand still in a frozen Lambda, while the other side hangs up.
        self._wall = wall
        self._last_used = wall()

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> Answer:
        """One answer within the deadline of `keeping_to`, whatever its status.

        Raises:
            RequestNotSent: nothing left this machine, however often it was tried.
            stripe.APIConnectionError: it may have left, and no whole answer came back.
            stripe.APIError: an answer came that is none of Stripe's.
        """
        deadline = _deadline.get()
        attempt = 1
        while True:
            try:
                answer = self._send(method, url, headers, post_data, deadline)
            except RequestNotSent:
                if not self._retry.pause(attempt, deadline):
                    raise
            else:
                wish = retry_after(answer[2]) or 0
                if not (_is_repeatable(answer) and self._retry.pause(attempt, deadline, wish)):
                    return answer
            attempt += 1

    def _send(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any, deadline: Deadline
    ) -> Answer:
        self._hang_up_when_idle()
        try:
            with self._calls.within(deadline):
                response = self._calls.request(method, url, headers=dict(headers or {}), data=post_data)
            body = response.content.decode()
        except (requests.RequestException, UnicodeDecodeError) as error:
            _fail(error)
        if response.status_code >= 300 and _error_of(body) is None:
            raise stripe.APIError("no error object", http_status=response.status_code, headers=dict(response.headers))
        if response.status_code in _KEY_REFUSED and self._key_refused is not None:
            self._key_refused()
        return body, response.status_code, response.headers

    def _hang_up_when_idle(self) -> None:
        now = self._wall()
        if now - self._last_used > IDLE_SECONDS:
            self._calls.close()
        self._last_used = now


def _fail(error: Exception) -> NoReturn:
    # Without its cause: the texts of these errors hold URLs, and nothing that anybody needs.
    kind = RequestNotSent if nothing_was_sent(error) else stripe.APIConnectionError
    failure: stripe.APIConnectionError = kind(type(error).__name__)  # type: ignore[no-untyped-call]
    raise failure from None


def _is_repeatable(answer: Answer) -> bool:
    body, status, headers = answer
    if headers.get("Stripe-Should-Retry") == "false":
        return False
    return status == 429 or (status == 409 and (_error_of(body) or {}).get("code") in _REPEATABLE_CONFLICTS)


def _error_of(body: str) -> Mapping[str, Any] | None:
    """The error object of Stripe's answer; None when there is none, as in an answer of something in between."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return None
    error = parsed.get("error") if isinstance(parsed, Mapping) else None
    return error if isinstance(error, Mapping) else None
