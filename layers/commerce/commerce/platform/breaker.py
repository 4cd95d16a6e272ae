"""A circuit breaker per provider: when it is down, workers stop asking for a while and let their messages wait.

Powertools keeps the state in DynamoDB and counts failures in memory, so a healthy provider costs no writes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from aws_lambda_powertools.utilities.circuit_breaker import (
    CircuitBreakerConfig,
    CircuitInfo,
    CircuitTransition,
    circuit_breaker,
)
from aws_lambda_powertools.utilities.circuit_breaker.persistence import CircuitBreakerDynamoDBPersistence

from commerce.platform.errors import ProviderAmbiguous, ProviderError, ProviderUnavailable
from commerce.platform.observability import count, logger

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

FAILURES_TO_OPEN = 5
OPEN_SECONDS = 30


class ProviderBreaker:
    """One circuit for one provider.

    Only ProviderUnavailable and ProviderAmbiguous count as failures: a refusal is an answer, the provider works.
    """

    def __init__(
        self,
        provider: str,
        *,
        table: str,
        client: DynamoDBClient,
        failures: int = FAILURES_TO_OPEN,
        open_seconds: int = OPEN_SECONDS,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.provider = provider
        self._now = now
        self._open_seconds = open_seconds
        self._store = CircuitBreakerDynamoDBPersistence(
            table_name=table, key_attr="name", expiry_attr="expires_at", boto3_client=client
        )
        self._guarded = circuit_breaker(
            name=provider,
            persistence_store=self._store,
            on_circuit_open=self._refuse,
            on_transition=self._tell,
            config=CircuitBreakerConfig(
                failure_threshold=failures,
                recovery_timeout=open_seconds,
                success_threshold=1,
                handled_exceptions=(ProviderUnavailable, ProviderAmbiguous),
            ),
        )(_answer_or_refusal)

    def call[T](self, function: Callable[[], T]) -> T:
        """Run `function`, a call to the provider, unless the circuit is open.

        Raises:
            ProviderUnavailable: `provider_circuit_open`; nothing was sent, `retry_after` says when to come back.
        """
        outcome: T | ProviderError = self._guarded(function)
        if isinstance(outcome, ProviderError):
            raise outcome
        return outcome

    def is_open(self) -> bool:
        """Whether calls are refused now; reads the state (cached 5 s) and changes nothing."""
        record = self._store.get_state(self.provider)
        if record.opened_at is None:
            return False
        return self._now() < record.opened_at + self._open_seconds

    def _refuse(self, _function: object, *, circuit: CircuitInfo) -> None:
        opened = circuit.opened_at or 0
        wait = max(1, int(opened + self._open_seconds - self._now()))
        raise ProviderUnavailable(
            f"{self.provider} has been failing; it is left alone for {wait} s.",
            code="provider_circuit_open",
            retry_after=wait,
        )

    def _tell(self, transition: CircuitTransition) -> None:
        state = str(transition.to_state).lower()
        count("circuit", provider=self.provider, outcome=state)
        logger.warning("circuit changed", extra={"provider": self.provider, "state": state})


def _answer_or_refusal[T](function: Callable[[], T]) -> T | ProviderError:
    # A refusal is handed through as a value, so that a probe that got one closes the circuit: the provider answers.
    try:
        return function()
    except (ProviderUnavailable, ProviderAmbiguous):
        raise
    except ProviderError as refusal:
        return refusal
