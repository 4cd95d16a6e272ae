"""The bank's webhooks as hints: which charge to look at again (API Pix 2.9.0, callback `listaPix`).

`{"pix": [{"endToEndId", "txid", "valor", "horario", "devolucoes"}, ...]}`, several at once. A queue message carries ids
only: another receiver of the same bank can aim its webhook here (bacen/pix-api#239), so nothing it says is believed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from commerce.payments.gateways.bacen.txids import is_ours
from commerce.platform.errors import BadRequest
from commerce.platform.observability import count
from commerce.platform.webhooks import WebhookCall

PROVIDER = "bacen"

_E2EID = re.compile(r"[a-zA-Z0-9]{32}", re.ASCII)
_WORD = re.compile(r"[a-zA-Z0-9_]{1,40}", re.ASCII)


def parsed(raw: bytes) -> Mapping[str, Any]:
    """The body as the standard has it; Banco Inter sends the list alone.

    Raises:
        BadRequest: `malformed_json`.
    """
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BadRequest("The body is not JSON.", code="malformed_json") from error
    if isinstance(body, list):
        return {"pix": body}
    if not isinstance(body, dict):
        raise BadRequest("The body is not a JSON object.", code="malformed_json")
    return body


def translate(call: WebhookCall, body: Mapping[str, Any]) -> list[dict[str, object]]:  # noqa: ARG001
    """One message per Pix, or, once something of it goes back, one per devolução: `{"kind": "event", "provider",
    "event_id", "type", "object_id", "txid", "correlation_id"}`.

    The event id of a devolução holds its status, so that each step of it is news. A Pix without a txid of our shape
    belongs to somebody else's charge or to none, and is counted; so is a body without any Pix, with which banks try the
    address when it is registered. One that cannot be read is counted as well, and holds up none of the others.

    Raises:
        BadRequest: `malformed_event`, when there is one that cannot be read and none that can: the bank keeps it, and
            shows it as refused.
    """
    listed = body.get("pix")
    if not isinstance(listed, list):
        count("webhook_ignored", provider=PROVIDER, outcome="no_pix")
        return []
    messages: list[dict[str, object]] = []
    malformed: BadRequest | None = None
    for pix in listed:
        try:
            messages += _messages(pix)
        except BadRequest as error:
            malformed = error
            count("webhook_ignored", provider=PROVIDER, outcome="malformed")
    if malformed is not None and not messages:
        raise malformed
    return messages


def _messages(pix: object) -> Iterator[dict[str, object]]:
    if not isinstance(pix, Mapping):
        raise BadRequest("The list of Pix holds something else.", code="malformed_event")
    txid, e2eid = pix.get("txid"), pix.get("endToEndId")
    if not (isinstance(txid, str) and is_ours(txid)):
        count("webhook_ignored", provider=PROVIDER, outcome="foreign_txid" if txid else "no_txid")
        return
    if not (isinstance(e2eid, str) and _E2EID.fullmatch(e2eid)):
        raise BadRequest("A Pix has no endToEndId of 32 letters and digits.", code="malformed_event")
    returned = list(_devolucoes(pix.get("devolucoes")))
    for step in returned:
        yield _message(f"{e2eid}:{step}", "devolucao", e2eid, txid)
    if not returned:
        yield _message(e2eid, "pix", e2eid, txid)


def _devolucoes(listed: object) -> Iterator[str]:
    """`<id>:<status>` of each."""
    for one in listed if isinstance(listed, list) else ():
        parts = [one.get("id"), one.get("status")] if isinstance(one, Mapping) else []
        words = [part for part in parts if isinstance(part, str) and _WORD.fullmatch(part)]
        if len(words) != len(parts) or not parts:
            raise BadRequest("A devolução has no id or no status.", code="malformed_event")
        yield ":".join(words)


def _message(event_id: str, event_type: str, e2eid: str, txid: str) -> dict[str, object]:
    return {
        "kind": "event",
        "provider": PROVIDER,
        "event_id": event_id,
        "type": event_type,
        "object_id": e2eid,
        "txid": txid,
        "correlation_id": event_id,
    }
