"""One call to Stripe: within the deadline, under its key, in plain JSON, failing in our tree.

It goes through the SDK's `raw_request`. The SDK's typed results cost 1.1 ms of CPU for every PaymentIntent and 30 ms of
imports for the first (measured, stripe 16.1.0), and all that is wanted of an answer is its JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

import stripe

from commerce.payments.gateways.stripe.failures import left_behind, translate
from commerce.payments.gateways.stripe.fields import Json
from commerce.payments.gateways.stripe.transport import keeping_to
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ProviderAmbiguous, ProviderUnavailable

PAGE = 100
_TAKEN = frozenset({"base", "usage", "headers", "api_key", "stripe_account", "stripe_context", "stripe_version"})
"""Parameters of these names would silently steer the SDK instead of reaching Stripe."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`replayed`: Stripe repeated what it had answered earlier under this key; it may be out of date."""

    body: Json
    replayed: bool = False


class StripeCalls:
    """Reads and writes of one Stripe account.

    Every method raises the `ProviderError` branch, or ConfigurationError (`provider_credentials`, and what getting the
    client raises): nothing was done. Otherwise a failed read is `ProviderMissing` or `ProviderUnavailable` and never
    says anything else about the object.
    """

    def __init__(self, client: Callable[[], stripe.StripeClient]) -> None:
        """`client` gives the client to use now; its key may have been rotated since the last call."""
        self._client = client

    def get(self, path: str, params: Mapping[str, Any], *, deadline: Deadline) -> Json:
        try:
            return self._send("get", path, params, deadline).body
        except stripe.StripeError as error:
            raise translate(error, reads=True) from None
        except _Unreadable:
            raise unreadable(reads=True) from None

    def post(
        self,
        path: str,
        params: Mapping[str, Any],
        *,
        key: str | None,
        deadline: Deadline,
        declined_is_answer: bool = False,
    ) -> Answer:
        """Change something, under the idempotency key `key`; None for what may be done twice, and gets a random one.

        Args:
            declined_is_answer: a decline that leaves a PaymentIntent behind is answered with that PaymentIntent.
        """
        try:
            return self._send("post", path, params, deadline, key)
        except stripe.CardError as error:
            intent = left_behind(error) if declined_is_answer else None
            if intent is None:
                raise translate(error, reads=False) from None
            return Answer(intent, _replayed(error.headers or {}))
        except stripe.StripeError as error:
            raise translate(error, reads=False) from None
        except _Unreadable:
            raise unreadable(reads=False) from None

    def pages(self, path: str, params: Mapping[str, Any], *, deadline: Deadline) -> Iterator[Json]:
        """Every object of a listing, newest first; ends in `ProviderUnavailable` if the deadline comes first."""
        after: dict[str, str] = {}
        while True:
            page = self.get(path, {**params, "limit": PAGE, **after}, deadline=deadline)
            objects = page.get("data")
            if not isinstance(objects, list) or not all(_has_id(found) for found in objects):
                raise unreadable(reads=True)
            yield from objects
            if not page.get("has_more") or not objects:
                return
            after = {"starting_after": objects[-1]["id"]}

    def _send(
        self,
        method: Literal["get", "post"],
        path: str,
        params: Mapping[str, Any],
        deadline: Deadline,
        key: str | None = None,
    ) -> Answer:
        if not _TAKEN.isdisjoint(params):
            raise ValueError(f"raw_request keeps {', '.join(sorted(_TAKEN & params.keys()))} for itself.")
        options = {} if key is None else {"idempotency_key": key}
        client = self._client()
        with keeping_to(deadline):
            response = client.raw_request(method, path, **params, **options)
        if not isinstance(response.data, Mapping):
            raise _Unreadable
        return Answer(response.data, _replayed(response.headers))


class _Unreadable(Exception):
    """JSON, but no object."""


def path_of(*segments: str) -> str:
    """`/v1/...` with every segment quoted: an id that came from a caller cannot lead anywhere else."""
    return "/".join(("/v1", *(quote(segment, safe="") for segment in segments)))


def unreadable(*, reads: bool) -> ProviderUnavailable | ProviderAmbiguous:
    """For an answer that is none that Stripe documents: after a write nobody knows what it meant (PAY-04)."""
    if reads:
        return ProviderUnavailable("Stripe gave an answer that cannot be read. Try again shortly.")
    return ProviderAmbiguous("Stripe gave an answer that cannot be read; what it did is being found out.")


def _has_id(found: object) -> bool:
    return isinstance(found, Mapping) and isinstance(found.get("id"), str)


def _replayed(headers: Mapping[str, str]) -> bool:
    return headers.get("Idempotent-Replayed") == "true"
