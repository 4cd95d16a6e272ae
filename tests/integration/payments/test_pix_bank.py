"""A bank's Pix API behind mutual TLS: our certificate opens it, another one does nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from commerce.payments.gateways.bacen.client import BankClient
from commerce.payments.gateways.bacen.connection import BankConnection
from commerce.payments.gateways.bacen.gateway import BacenGateway
from commerce.payments.gateways.bacen.profiles import PROFILES
from commerce.payments.gateways.bacen.settings import stand_in
from commerce.payments.status import PaymentStatus
from commerce.platform.clock import SystemClock
from commerce.platform.errors import ConfigurationError, ProviderUnavailable
from commerce.platform.secrets import StaticSecrets
from local.sandboxes.kernel.server import Server, serve
from local.sandboxes.pix_bank.app import PixBankSandbox
from local.sandboxes.pix_bank.certificates import Credentials, credentials, make_credentials
from local.sandboxes.pix_bank.settings import Settings
from tests.unit.payments.bacen.rig import FIELDS, TERMS, soon, start_payment
from tests.unit.platform.token_rig import MemoryStore

PROFILE = PROFILES["efi"]


@pytest.fixture
def bank() -> PixBankSandbox:
    return PixBankSandbox(settings=Settings(base_path=PROFILE.path))


@pytest.fixture
def server(bank: PixBankSandbox) -> Iterator[Server]:
    with serve(bank, tls=credentials().server_context) as running:
        yield running


def gateway(server: Server, shown: Credentials | None, server_ca: str) -> BacenGateway:
    fields = FIELDS | {"server_ca": server_ca}
    if shown is not None:
        fields |= {"certificate": shown.client_certificate, "private_key": shown.client_key}
    clock = SystemClock()
    connection = BankConnection(
        stand_in(PROFILE, server.url), MemoryStore(), StaticSecrets({"pix": fields}), "pix", clock
    )
    return BacenGateway(BankClient(connection), clock, livemode=False)


def test_a_store_that_the_bank_knows_takes_a_pix(bank: PixBankSandbox, server: Server) -> None:
    opened = gateway(server, credentials(), credentials().ca)
    txid = opened.start(start_payment(), TERMS, key="k", deadline=soon()).snapshot.provider_ref
    bank.world.pay(txid)
    assert opened.read(txid, deadline=soon()).snapshot.status is PaymentStatus.PAID


@pytest.mark.parametrize("shown", [None, make_credentials()], ids=["no certificate", "a stranger's"])
def test_a_store_that_it_does_not_know_did_nothing_and_is_told_why(
    bank: PixBankSandbox, server: Server, shown: Credentials | None
) -> None:
    with pytest.raises(ConfigurationError) as error:
        gateway(server, shown, credentials().ca).start(start_payment(), TERMS, key="k", deadline=soon())
    assert error.value.code == "provider_credentials"
    assert "certificate" in error.value.message
    assert bank.state.charges == {}


@pytest.mark.invariant("AUT-05")
def test_a_bank_that_nobody_we_trust_vouches_for_gets_no_credentials(bank: PixBankSandbox, server: Server) -> None:
    with pytest.raises(ProviderUnavailable):
        gateway(server, credentials(), make_credentials().ca).start(start_payment(), TERMS, key="k", deadline=soon())
    assert bank.state.tokens.calls == 0
