"""The address that the bank calls: set, shown, taken back."""

from __future__ import annotations

import pytest

from commerce.payments.gateways.bacen import webhook_address
from commerce.payments.gateways.bacen.profiles import PROFILES
from commerce.payments.gateways.bacen.webhook_address import WebhookAddress
from commerce.platform.errors import ProviderMissing, ProviderRefused
from local.sandboxes.pix_bank.app import PIX_KEY
from tests.unit.payments.bacen.rig import Rig, soon

URL = "https://abc.lambda-url.sa-east-1.on.aws/secret"


def test_the_address_is_registered_shown_and_removed(rig: Rig) -> None:
    webhook_address.register(rig.client, URL, deadline=soon())
    assert webhook_address.registered(rig.client, deadline=soon()) == WebhookAddress(URL, "2026-11-24T12:00:00.000Z")
    assert list(rig.box.state.hooks) == [PIX_KEY]
    webhook_address.remove(rig.client, deadline=soon())
    with pytest.raises(ProviderMissing):
        webhook_address.registered(rig.client, deadline=soon())


def test_a_refused_address_says_over_what(rig: Rig) -> None:
    with pytest.raises(ProviderRefused) as refusal:
        webhook_address.register(rig.client, "ftp://store.example", deadline=soon())
    assert refusal.value.details == {"provider_code": "WebhookOperacaoInvalida", "param": "webhook.webhookUrl"}


@pytest.mark.parametrize(("bank", "told"), [("efi", "true"), ("bb", None)])
def test_a_bank_that_would_try_its_certificate_is_told_not_to(bank: str, told: str | None) -> None:
    rig = Rig(PROFILES[bank])
    webhook_address.register(rig.client, URL, deadline=soon())
    assert rig.sent[0].headers.get("x-skip-mtls-checking") == told


def test_what_the_bank_sends_there_reaches_us(rig: Rig) -> None:
    webhook_address.register(rig.client, URL, deadline=soon())
    rig.pay(rig.start().snapshot.provider_ref)
    (delivery,) = rig.box.webhooks.drain()
    assert delivery.endpoint.url == f"{URL}/pix"
