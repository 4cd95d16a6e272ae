"""Every bank of the table, as its profile says; and a new one, which is one entry."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from commerce.payments.gateways.bacen import settings
from commerce.payments.gateways.bacen.profile import Addresses, BankProfile, Checked, FromSecret
from commerce.payments.gateways.bacen.profiles import PROFILES
from commerce.payments.gateways.bacen.settings import chosen_bank, stand_in
from commerce.payments.model import CaptureMethod, CheckoutChoices
from commerce.payments.status import PaymentStatus
from commerce.platform.errors import ConfigurationError, ProviderAmbiguous, ProviderMissing, Unprocessable
from commerce.platform.money import Money
from commerce.platform.token_requests import TokenStyle
from local.sandboxes.pix_bank.settings import TokenForm
from tests.builders import PRICE
from tests.unit.payments.bacen.rig import BASE, Rig, start_payment

FORMS = {
    TokenStyle.BASIC: TokenForm.BASIC,
    TokenStyle.FORM: TokenForm.FORM,
    TokenStyle.BASIC_JSON: TokenForm.JSON,
    TokenStyle.JSON: TokenForm.JSON,
}
EXAMPLE = BankProfile(
    name="exemplo",
    title="Banco Exemplo",
    live=Addresses("https://api.exemplo.com.br/pix/v9", "https://auth.exemplo.com.br/token"),
    test=Addresses("https://api-h.exemplo.com.br/pix/v9", "https://auth-h.exemplo.com.br/token"),
    token_style=TokenStyle.JSON,
    headers=(FromSecret("x-api-key", "app_key"),),
    limit=PRICE.amount,
    certificate="from nowhere",
    checked=Checked.ONE_SOURCE,
)


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_a_pix_is_paid_and_sent_back_through_every_bank(profile: BankProfile) -> None:
    rig = Rig(profile, token_forms=(FORMS[profile.token_style],))
    txid = rig.start().snapshot.provider_ref
    e2eid = rig.pay(txid)
    assert rig.read(txid).status is PaymentStatus.PAID
    (refund,) = rig.refund(txid, e2eid, 500).refunds
    assert refund.amount == 500
    assert {urlsplit(str(sent.url)).path.removesuffix(f"/cob/{txid}") for sent in rig.sent[:2]} == {profile.path}


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_every_call_carries_what_the_bank_wants_beside_the_token(profile: BankProfile) -> None:
    rig = Rig(profile, fields={"partner_token": "partner", "account": "123456"})
    rig.start()
    rig.find()
    for sent in rig.sent:
        query = parse_qs(urlsplit(str(sent.url)).query)
        assert {one.name: rig.fields[one.field] for one in profile.headers}.items() <= dict(sent.headers).items()
        assert query == {one.name: [rig.fields[one.field]] for one in profile.params}
    if profile.correlation_header:
        assert len({sent.headers[profile.correlation_header] for sent in rig.sent}) == len(rig.sent)


def test_a_field_that_a_bank_does_not_always_want_may_be_absent() -> None:
    rig = Rig(PROFILES["inter"])
    rig.start()
    assert "x-conta-corrente" not in rig.sent[0].headers


@pytest.mark.parametrize("value", ["", "REPLACE_ME"])
def test_a_field_that_a_bank_always_wants_is_named_when_it_is_absent(value: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        Rig(PROFILES["bb"], fields={"app_key": value}).start()
    assert (error.value.code, error.value.details["field"]) == ("missing_secret", "app_key")


def test_santander_revises_charges_under_another_version() -> None:
    rig = Rig(PROFILES["santander"])
    txid = rig.start().snapshot.provider_ref
    with pytest.raises((ProviderMissing, ProviderAmbiguous)):  # the sandbox serves one version only
        rig.cancel(txid)
    assert urlsplit(str(rig.sent[-1].url)).path == f"/api/v2/cob/{txid}"


@pytest.mark.invariant("AUT-05")
@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_every_entry_is_complete_and_its_hosts_are_https(profile: BankProfile) -> None:
    assert PROFILES[profile.name] is profile
    assert len(profile.name) <= 12
    for address in (profile.live.api, profile.live.token, profile.test.api, profile.test.token or "https://none"):
        assert address.startswith("https://")
        assert not address.endswith("/")
    test_hosts = {urlsplit(url).hostname for url in (profile.test.api, profile.test.token) if url}
    assert not test_hosts & set(profile.live_hosts), "test calls would go where real money moves"
    assert profile.live.api_certificate, "the standard asks for mutual TLS"
    assert profile.certificate
    assert profile.title


def test_a_new_bank_is_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PROFILES", {**PROFILES, EXAMPLE.name: EXAMPLE})
    monkeypatch.setenv("PIX_BANK", "exemplo")
    monkeypatch.setenv("PIX_API_BASE", BASE)
    assert chosen_bank() == stand_in(EXAMPLE, BASE)
    rig = Rig(EXAMPLE, token_forms=(TokenForm.JSON,))
    txid = rig.start().snapshot.provider_ref
    rig.pay(txid)
    assert rig.read(txid).status is PaymentStatus.PAID
    assert rig.cancel(rig.start(start_payment("pay_2")).snapshot.provider_ref).status is PaymentStatus.CANCELED
    assert all(str(sent.url).startswith(f"{BASE}/pix/v9/") for sent in rig.sent)
    assert rig.sent[0].headers["x-api-key"] == "developer-key"


def test_the_limit_is_the_profiles_and_names_the_amount() -> None:
    gateway = Rig(EXAMPLE).gateway
    gateway.accept(PRICE, CheckoutChoices())
    with pytest.raises(Unprocessable) as refusal:
        gateway.accept(PRICE.with_amount(PRICE.amount + 1), CheckoutChoices())
    assert (refusal.value.code, refusal.value.details) == (
        "amount_over_limit",
        {"field": "amount", "limit": PRICE.amount},
    )


@pytest.mark.parametrize(
    ("money", "choices", "code", "field"),
    [
        (Money(1000, "USD"), CheckoutChoices(), "unsupported_currency", "currency"),
        (PRICE, CheckoutChoices(capture_method=CaptureMethod.MANUAL), "choice_not_supported", "capture_method"),
        (PRICE.with_amount(10**12), CheckoutChoices(), "amount_over_limit", "amount"),
    ],
)
def test_what_no_pix_can_do_is_refused_before_anything_is_written(
    rig: Rig, money: Money, choices: CheckoutChoices, code: str, field: str
) -> None:
    with pytest.raises(Unprocessable) as refusal:
        rig.gateway.accept(money, choices)
    assert (refusal.value.code, refusal.value.details["field"]) == (code, field)
    assert rig.sent == []
