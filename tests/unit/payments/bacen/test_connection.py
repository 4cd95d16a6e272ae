"""Which certificate is shown where, and which credentials make the token."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest

from commerce.payments.gateways.bacen.client import BankClient
from commerce.payments.gateways.bacen.connection import BankConnection
from commerce.payments.gateways.bacen.gateway import BacenGateway
from commerce.payments.gateways.bacen.profile import Addresses, BankProfile
from commerce.payments.gateways.bacen.profiles import PROFILES
from commerce.payments.gateways.bacen.settings import Bank
from commerce.platform.errors import ConfigurationError
from commerce.platform.secrets import StaticSecrets
from commerce.platform.tls import ClientCertificate
from tests.unit.payments.bacen.rig import SECRET, Rig, soon, start_payment

CERTIFIED = {"certificate": "CERT", "private_key": "KEY", "server_ca": "CA"}


class AtBank(Rig):
    """Not a stand-in: certificates are shown where the addresses say. The sandbox answers all the same."""

    def __init__(self, profile: BankProfile, addresses: Addresses, fields: dict[str, str]) -> None:
        super().__init__(profile, fields, token_path="/oauth/token")
        self.connection = BankConnection(
            Bank(profile, addresses),
            self.store,
            StaticSecrets({SECRET: self.fields}),
            SECRET,
            self.clock,
            make_http=self.http,
        )
        self.client = BankClient(self.connection)
        self.gateway = BacenGateway(self.client, self.clock, livemode=False)


def addresses(**certificates: bool) -> Addresses:
    return Addresses("https://api.bank.example/v2", "https://auth.bank.example/oauth/token", **certificates)


def seen(rig: Rig) -> dict[str, bool]:
    return {base: certificate is not None for base, certificate, _ in rig.shown}


@pytest.mark.parametrize(("api", "token"), [(True, True), (True, False), (False, False)])
def test_the_certificate_is_shown_where_the_bank_asks_for_it_and_nowhere_else(api: bool, token: bool) -> None:
    rig = AtBank(PROFILES["efi"], addresses(api_certificate=api, token_certificate=token), CERTIFIED)
    rig.start()
    assert seen(rig) == {"https://api.bank.example": api, "https://auth.bank.example": token}
    assert {ca for _, _, ca in rig.shown} == {"CA"}


@pytest.mark.parametrize("field", ["certificate", "private_key"])
def test_a_missing_part_of_the_certificate_is_named(field: str) -> None:
    rig = AtBank(PROFILES["efi"], addresses(), CERTIFIED | {field: "REPLACE_ME"})
    with pytest.raises(ConfigurationError) as error:
        rig.start()
    assert (error.value.code, error.value.details["field"]) == ("missing_secret", field)


@pytest.mark.parametrize("given", [True, False])
def test_a_stand_in_is_shown_a_certificate_if_there_is_one(given: bool) -> None:
    rig = Rig(fields=CERTIFIED if given else {"certificate": "REPLACE_ME"})
    rig.start()
    assert set(seen(rig).values()) == {given}


@pytest.mark.invariant("AUT-06")
def test_a_new_certificate_is_in_use_with_the_next_call_and_so_is_its_token() -> None:
    rig = Rig(fields=CERTIFIED)
    rig.start()
    rig.find()
    assert len(rig.shown) == 2
    rig.fields |= {"certificate": "NEW", "private_key": "NEW KEY"}
    rig.find()
    assert rig.shown[-1][1] == ClientCertificate("NEW", "NEW KEY", SECRET)
    assert rig.box.state.tokens.calls == 2


@pytest.mark.invariant("AUT-01")
def test_two_functions_share_one_token() -> None:
    rig = Rig()
    rig.start()
    other = BankConnection(
        rig.connection.bank, rig.store, StaticSecrets({SECRET: rig.fields}), SECRET, rig.clock, make_http=rig.http
    )
    BacenGateway(BankClient(other), rig.clock, livemode=False).find(
        start_payment(), since=rig.clock.now(), until=rig.clock.now(), deadline=soon()
    )
    assert rig.box.state.tokens.calls == 1


def test_where_the_certificate_stands_in_for_a_client_secret_none_is_sent() -> None:
    rig = Rig(PROFILES["sicoob"], fields={"client_secret": "REPLACE_ME"})
    with pytest.raises(ConfigurationError):
        rig.start()  # the sandbox wants one
    assert parse_qs(str(rig.token_calls[0].body)) == {
        "grant_type": ["client_credentials"],
        "scope": [PROFILES["sicoob"].scope],
        "client_id": [rig.fields["client_id"]],
    }


def test_a_bank_with_one_fixed_token_on_its_test_portal_is_not_asked_for_another() -> None:
    fixed = Addresses("https://api.bank.example/v2", "", api_certificate=False, token_certificate=False)
    rig = AtBank(PROFILES["efi"], fixed, {"access_token": "from-the-portal"})
    with pytest.raises(ConfigurationError):
        rig.start()  # the sandbox never gave this token out
    assert rig.sent[0].headers["Authorization"] == "Bearer from-the-portal"
    assert rig.box.state.tokens.calls == 0


@pytest.mark.parametrize(("given", "asked"), [({}, None), ({"scope": "cob.read cob.write"}, "cob.read cob.write")])
def test_the_secret_may_ask_for_less_than_the_profile(given: dict[str, str], asked: str | None) -> None:
    rig = Rig(PROFILES["sicredi"], fields=given)
    rig.start()
    (token,) = rig.box.state.tokens._live.values()
    assert token.scopes == frozenset((asked or PROFILES["sicredi"].scope).split())
