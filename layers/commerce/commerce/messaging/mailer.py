"""The port to whoever carries mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from commerce.messaging.model import Mail
from commerce.platform.deadline import Deadline


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The provider took the mail. Accepted is not delivered (MSG-04).

    `provider_ref` is the provider's id of the mail, None when it gave none; `dry_run` means that it only checked it.
    """

    provider_ref: str | None
    dry_run: bool = False


class Mailer(Protocol):
    """Hands one mail to a provider, in one call and never in two.

    Raises:
        ProviderUnavailable: provably not accepted; the same mail may be handed over again.
        ConfigurationError: not accepted because of the deployment (key, sender, address of the API).
        ProviderRefused: a definite no to this very mail.
        ProviderAmbiguous: it may have been accepted. There is no idempotency key that would make a second try safe.
    """

    @property
    def provider(self) -> str: ...

    def send(self, mail: Mail, *, deadline: Deadline) -> Acceptance: ...
