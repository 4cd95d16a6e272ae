"""What a function's answer says about its batch (Lambda Developer Guide, "Reporting batch item failures").

Nothing failed: no answer, an empty one, an empty or missing list. Everything failed: an error, an answer that is not an
object or not a list, an item without an identifier, with an empty one, or with one that is not in the batch.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from local.stack.worker import Outcome


def failed_items(outcome: Outcome, identifiers: Sequence[str], *, reports: bool) -> set[str]:
    """The identifiers that failed, out of those in the batch."""
    everything = set(identifiers)
    if outcome.failed:
        return everything
    named = _named(outcome.payload) if reports else []
    if named is None or any(not isinstance(name, str) or name not in everything for name in named):
        return everything
    return {str(name) for name in named}


def _named(payload: bytes) -> list[object] | None:
    """The identifiers in an answer, None when it is not an answer about a batch."""
    try:
        answer = json.loads(payload or b"null") or {}
    except ValueError:
        return None
    items = (answer.get("batchItemFailures") or []) if isinstance(answer, dict) else None
    if not isinstance(items, list):
        return None
    return [item.get("itemIdentifier") if isinstance(item, dict) else None for item in items]
