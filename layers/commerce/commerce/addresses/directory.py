"""What a CEP stands for: from our table, or from the source that answers first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from commerce.addresses.codec import address_from_row, row_of
from commerce.addresses.model import CepAddress, CepAnswer
from commerce.addresses.sources import GuardedSource
from commerce.platform.cache import TableCache
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ProviderUnavailable
from commerce.platform.hedging import Outcome, hedged
from commerce.platform.observability import count
from commerce.platform.single_flight import SingleFlight

HEDGE_SECONDS = 0.3
"""After this long without an answer the next source is asked as well."""

CEILING_SECONDS = 4.0
VOTES = 2
"""So many sources must say that there is no such CEP: one alone has been wrong (BrasilAPI issues 407, 649)."""

FOUND_KEPT = timedelta(days=30)
MISSING_KEPT = timedelta(hours=24)
"""New streets get CEPs every day. An answer without the city's number (BrasilAPI's) is kept no longer than this either:
another source may know it tomorrow."""

RETRY_SECONDS = 30


class CepDirectory:
    """Looks CEPs up. What is found is kept for thirty days, what does not exist for one, a failure never (ADR-01)."""

    def __init__(self, sources: Sequence[GuardedSource], cache: TableCache) -> None:
        self._sources = sources
        self._cache = cache
        self._flight = SingleFlight[CepAnswer]()

    def find(self, cep: str) -> CepAnswer:
        """Args:
            cep: eight digits, from `parse_cep`.

        Raises:
            ProviderUnavailable: `cep_sources_unavailable`; nobody could say whether there is such a CEP.
        """
        return self._flight.do(cep, lambda: self._find(cep))

    def _find(self, cep: str) -> CepAnswer:
        kept = self._cache.get(cache_key(cep))
        if kept is not None:
            return CepAnswer(address_from_row(kept), kept["source"], cached=True)
        answer = self._ask(cep)
        lifetime = FOUND_KEPT if answer.address is not None and answer.address.ibge else MISSING_KEPT
        self._cache.put(cache_key(cep), {"source": answer.source, **row_of(answer.address)}, lifetime)
        return answer

    def _ask(self, cep: str) -> CepAnswer:
        missing: list[str] = []
        failed: dict[str, str] = {}
        sources = [source.asked_for(cep) for source in self._sources]
        for outcome in hedged(sources, after=HEDGE_SECONDS, deadline=Deadline.after(CEILING_SECONDS)):
            _tell(outcome)
            if outcome.answer is not None:
                return CepAnswer(outcome.answer, outcome.name)
            if outcome.error is not None:
                failed[outcome.name] = outcome.error.code
                continue
            missing.append(outcome.name)
            if len(missing) == VOTES:
                return CepAnswer(None, outcome.name)
        raise _nobody_knows(missing, failed)


def cache_key(cep: str) -> str:
    """Of a CEP's row, for eight digits."""
    return f"CEP#{cep}"


def _tell(outcome: Outcome[CepAddress | None]) -> None:
    said = "found" if outcome.answer is not None else "failed" if outcome.error is not None else "missing"
    count("cep", provider=outcome.name, outcome=said)


def _nobody_knows(missing: Sequence[str], failed: Mapping[str, str]) -> ProviderUnavailable:
    details: dict[str, Any] = {"failed": dict(failed), "missing": list(missing)}
    return ProviderUnavailable(
        "No source of CEPs could say what this CEP stands for; let the buyer type the address, or try again shortly.",
        code="cep_sources_unavailable",
        details=details,
        retry_after=RETRY_SECONDS,
    )
