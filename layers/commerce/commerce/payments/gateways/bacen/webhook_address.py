"""Where the bank sends its webhooks: one address for each Pix key (API Pix 2.9.0, tag Webhook)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from commerce.payments.gateways.fields import optional_text

if TYPE_CHECKING:
    from commerce.payments.gateways.bacen.client import BankClient
    from commerce.platform.deadline import Deadline


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """What the bank has on file. The address holds our secret: it is for the terminal of who asked, not for a log."""

    url: str
    created: str | None = None


def register(client: BankClient, url: str, *, asks_for_certificate: bool = False, deadline: Deadline) -> None:
    """Set the address for our Pix key, in the place of any other; the bank adds /pix when it calls.

    Args:
        asks_for_certificate: the address lets nobody in without the bank's certificate; a function URL cannot.

    Raises:
        ProviderRefused: the bank does not take it; `details` says over what. Several banks call it first.
    """
    connection = client.connection
    client.put(
        "webhook",
        connection.field("pix_key"),
        body={"webhookUrl": url},
        headers=None if asks_for_certificate else connection.bank.profile.webhook_headers,
        deadline=deadline,
    )


def registered(client: BankClient, *, deadline: Deadline) -> WebhookAddress | None:
    """Raises ProviderMissing when nothing is registered; None for an answer that does not say where."""
    answer = client.get("webhook", client.connection.field("pix_key"), deadline=deadline)
    url = optional_text(answer, "webhookUrl")
    return None if url is None else WebhookAddress(url, optional_text(answer, "criacao"))


def remove(client: BankClient, *, deadline: Deadline) -> None:
    """Raises ProviderMissing when nothing is registered."""
    client.delete("webhook", client.connection.field("pix_key"), deadline=deadline)
