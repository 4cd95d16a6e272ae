"""Webhooks and their signature (guide "Webhooks", section "Simulate and validate the notification's origin").

The proof covers the `data.id` of the address, the `x-request-id` and the moment, not the body. Every attempt has a
request id and a moment of its own. Mercado Pago's own code and pages disagree about two things, so both can be had:
`id_case` "lower" or "raw" for the id in the manifest, `unit` "ms" or "s" for the moment.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from local.sandboxes.kernel.webhooks import Delivery, Endpoint, Webhooks
from local.sandboxes.mercado_pago.access import COLLECTOR_ID, WEBHOOK_SECRET
from local.sandboxes.mercado_pago.moments import shown

_EPOCH = datetime.fromtimestamp(0, UTC)
_UNITS = {"s": timedelta(seconds=1), "ms": timedelta(milliseconds=1)}


@dataclass(frozen=True, slots=True)
class Notice:
    """What a webhook says. `data_id` as it is written in the address; the rest is in the body."""

    data_id: str
    action: str = "payment.updated"
    live_mode: bool = False
    user_id: int = COLLECTOR_ID
    kind: str = "payment"


@dataclass(slots=True)
class Notices:
    """Sends webhooks to `url`, signed with `secret`. Those sent while there is no address wait for one."""

    webhooks: Webhooks
    url: str | None = None
    secret: str = WEBHOOK_SECRET
    id_case: str = "lower"
    unit: str = "ms"
    _waiting: list[tuple[Endpoint, Notice]] = field(default_factory=list)

    def set_url(self, url: str) -> None:
        self.url = url
        for endpoint, notice in self._waiting:
            endpoint.url = address(url, notice)
        self._waiting.clear()
        with self.webhooks.changed:
            self.webhooks.changed.notify_all()

    def send(self, notice: Notice, notice_id: int, now: datetime, *, url: str | None = None) -> None:
        """`url`: the payment's own address, which outranks the account's."""
        target = url or self.url
        endpoint = Endpoint(lambda _, moment: self._headers(notice.data_id, moment), target and address(target, notice))
        if target is None:
            self._waiting.append((endpoint, notice))
        body = {
            "action": notice.action,
            "api_version": "v1",
            "data": {"id": notice.data_id},
            "date_created": shown(now),
            "id": notice_id,
            "live_mode": notice.live_mode,
            "type": notice.kind,
            "user_id": notice.user_id,
        }
        self.webhooks.send(Delivery(str(notice_id), notice.action, json.dumps(body).encode(), endpoint))

    def _headers(self, data_id: str, moment: datetime) -> Mapping[str, str]:
        request_id = str(uuid.uuid4())
        stamp = (moment - _EPOCH) // _UNITS[self.unit]
        signed = data_id if self.id_case == "raw" else data_id.lower()
        return {
            "x-request-id": request_id,
            "x-signature": f"ts={stamp},v1={proof(self.secret, signed, request_id, stamp)}",
            "User-Agent": "MercadoPago WebHook v1.0 payment",
        }


def proof(secret: str, data_id: str, request_id: str, stamp: int) -> str:
    """The `v1` of the header."""
    manifest = f"id:{data_id};request-id:{request_id};ts:{stamp};"
    return hmac.new(secret.encode(), manifest.encode(), hashlib.sha256).hexdigest()


def address(url: str, notice: Notice) -> str:
    """Where a notice goes: the id it is about stands in the query."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'data.id': notice.data_id, 'type': notice.kind})}"
