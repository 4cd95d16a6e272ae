"""Webhooks: POST `{webhookUrl}/pix` with `{"pix": [...]}`, for Pix with a txid only (API Pix, callback `listaPix`).

They carry no signature. A bank proves itself by its client certificate, which a function URL never asks for; so the
receiver's secret is in the path of the address that it registered.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from local.sandboxes.kernel.webhooks import Delivery, Endpoint
from local.sandboxes.pix_bank.bank import Bank, Hook, Json, Pix
from local.sandboxes.pix_bank.render import show_pix


def register(bank: Bank, key: str, url: str) -> Hook:
    """Replace the webhook of a key."""
    hook = Hook(url, bank.now, Endpoint(_unsigned, f"{url.rstrip('/')}/pix"))
    bank.hooks[key] = hook
    return hook


def notify(bank: Bank, pix: Pix, *, announce: bool = False) -> None:
    """Tell the receiver of a Pix, at once or when a batch is full; of a withheld one only to `announce` it."""
    if pix.txid is None or (pix.withheld and not announce):
        return
    if pix not in bank.waiting:
        bank.waiting.append(pix)
    if len(bank.waiting) >= bank.batch_size:
        flush(bank)


def flush(bank: Bank) -> None:
    """Send what waits for a batch: one webhook per key."""
    waiting, bank.waiting = bank.waiting, []
    for key in dict.fromkeys(pix.key for pix in waiting):
        post(bank, key, [show_pix(pix) for pix in waiting if pix.key == key])


def post(bank: Bank, key: str, shown: Sequence[Json]) -> None:
    """One webhook to the address registered for `key`; none when there is no such address."""
    hook = bank.hooks.get(key)
    if hook is None:
        return
    body = json.dumps({"pix": list(shown)}, ensure_ascii=False, separators=(",", ":")).encode()
    bank.webhooks.send(Delivery(f"notice_{bank.new_number()}", "pix", body, hook.endpoint))


def _unsigned(body: bytes, now: datetime) -> dict[str, str]:  # noqa: ARG001
    return {}
