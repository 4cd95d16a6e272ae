"""The banks whose Pix API follows the central bank's standard. To add one, add an entry (docs/providers/pix.md).

Looked up in November 2026. `checked` says how well an entry is known, `notes` what to ask the bank. Open sources:
ACBr (ACBrPIXCD, the Brazilian point-of-sale library), brbank 0.0.5 and pypix-api 0.14.0 on PyPI, efipay 1.0.7 (Efí's).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from commerce.payments.gateways.bacen.profile import Addresses, BankProfile, Checked, FromSecret
from commerce.platform.token_requests import TokenStyle

_BANKS = (
    BankProfile(
        name="efi",
        title="Efí (Gerencianet)",
        live=Addresses("https://pix.api.efipay.com.br/v2", "https://pix.api.efipay.com.br/oauth/token"),
        test=Addresses("https://pix-h.api.efipay.com.br/v2", "https://pix-h.api.efipay.com.br/oauth/token"),
        token_style=TokenStyle.BASIC_JSON,
        scope="",
        headers=(FromSecret("partner-token", "partner_token", optional=True),),
        webhook_headers={"x-skip-mtls-checking": "true"},
        certificate="made by Efí in the account, API > Meus Certificados, as .p12 or .pem, one for each environment",
        checked=Checked.OFFICIAL,
        notes=(
            "Hosts, paths and the test environment's rules are those of Efí's own SDK.",
            "A token has the scopes that were switched on for the application in the account.",
            "In the test environment, charges up to R$ 10.00 are paid by themselves, others stay open.",
        ),
    ),
    BankProfile(
        name="bb",
        title="Banco do Brasil",
        live=Addresses(
            "https://api-pix.bb.com.br/pix/v2", "https://oauth.bb.com.br/oauth/token", token_certificate=False
        ),
        test=Addresses(
            "https://api.hm.bb.com.br/pix/v2",
            "https://oauth.hm.bb.com.br/oauth/token",
            api_certificate=False,
            token_certificate=False,
        ),
        token_style=TokenStyle.BASIC,
        params=(FromSecret("gw-dev-app-key", "app_key"),),
        code_fields=("pixCopiaECola", "textoImagemQRcode"),
        certificate="a certificate of the store's CNPJ (ICP-Brasil A1) sent in at developers.bb.com.br",
        checked=Checked.OPEN_SOURCE,
        notes=(
            "app_key is the developer application key of the same environment.",
            "The test environment with certificates is api-pix.hm.bb.com.br; it is not used here.",
        ),
    ),
    BankProfile(
        name="itau",
        title="Itaú",
        live=Addresses("https://secure.api.itau/pix_recebimentos/v2", "https://sts.itau.com.br/api/oauth/token"),
        test=Addresses(
            "https://devportal.itau.com.br/sandboxapi/pix_recebimentos_ext_v2/v2",
            "https://devportal.itau.com.br/api/jwt",
            api_certificate=False,
            token_certificate=False,
        ),
        token_style=TokenStyle.FORM,
        scope="",
        correlation_header="x-correlationID",
        certificate="issued by Itaú for your own request (CSR), with the token that the account manager gives you; "
        "it lasts a year and is renewed over the same portal",
        checked=Checked.OPEN_SOURCE,
        notes=(
            "ACBr asks /as/token.oauth2 for tokens; several open implementations in production ask as here.",
            "Its test environment also wants the token in x-sandbox-token, which is not sent here.",
        ),
    ),
    BankProfile(
        name="bradesco",
        title="Bradesco",
        live=Addresses("https://qrpix.bradesco.com.br/v2", "https://qrpix.bradesco.com.br/auth/server/oauth/token"),
        test=Addresses("https://qrpix-h.bradesco.com.br/v2", "https://qrpix-h.bradesco.com.br/auth/server/oauth/token"),
        token_style=TokenStyle.BASIC,
        scope="",
        code_fields=("pixCopiaECola", "emv"),
        certificate="a certificate of the store's CNPJ (ICP-Brasil A1), sent to the bank with the contract",
        checked=Checked.OPEN_SOURCE,
        notes=(
            "The older token address /oauth/token is still seen in open implementations; the contract says which.",
            "Answers of PUT /cob may leave the code out; it is then built from the location.",
        ),
    ),
    BankProfile(
        name="santander",
        title="Santander",
        live=Addresses("https://trust-pix.santander.com.br/api/v1", "https://trust-pix.santander.com.br/oauth/token"),
        test=Addresses(
            "https://trust-pix-h.santander.com.br/api/v1", "https://trust-pix-h.santander.com.br/oauth/token"
        ),
        token_style=TokenStyle.FORM,
        token_params={"grant_type": "client_credentials"},
        scope="",
        patch_path="/api/v2",
        certificate="a certificate of the store's CNPJ (ICP-Brasil A1), whose public part is sent in at "
        "developer.santander.com.br",
        checked=Checked.OPEN_SOURCE,
        notes=(
            "A charge is revised under /api/v2 and everything else lives under /api/v1 (ACBr, brbank).",
            "The grant type is wanted in the query; it stands in the form as well.",
        ),
    ),
    BankProfile(
        name="sicoob",
        title="Sicoob",
        live=Addresses(
            "https://api.sicoob.com.br/pix/api/v2",
            "https://auth.sicoob.com.br/auth/realms/cooperado/protocol/openid-connect/token",
        ),
        test=Addresses(
            "https://sandbox.sicoob.com.br/sicoob/sandbox/pix/api/v2",
            "",
            api_certificate=False,
            token_certificate=False,
        ),
        token_style=TokenStyle.FORM,
        secretless=True,
        headers=(FromSecret("client_id", "client_id"),),
        code_fields=("pixCopiaECola", "brcode"),
        certificate="an ICP-Brasil A1 certificate of the account's holder; its public part is registered with the "
        "application at developers.sicoob.com.br",
        checked=Checked.OPEN_SOURCE,
        notes=(
            "The test environment has one fixed token, shown on the portal: access_token in the secret.",
            "It answers with made-up charges: what is asked for there is never found again, and stays unknown.",
        ),
    ),
    BankProfile(
        name="sicredi",
        title="Sicredi",
        live=Addresses("https://api-pix.sicredi.com.br/api/v2", "https://api-pix.sicredi.com.br/oauth/token"),
        test=Addresses("https://api-pix-h.sicredi.com.br/api/v2", "https://api-pix-h.sicredi.com.br/oauth/token"),
        token_style=TokenStyle.BASIC,
        certificate="issued by Sicredi for your own request (CSR) in the internet banking, with its chain",
        checked=Checked.OPEN_SOURCE,
        notes=(
            "The server's certificate may come from Sicredi's own authority: put the chain into server_ca.",
            "pypix-api addresses single charges under /api/v3, all others under /api/v2, as here.",
        ),
    ),
    BankProfile(
        name="inter",
        title="Banco Inter",
        live=Addresses(
            "https://cdpj.partners.bancointer.com.br/pix/v2", "https://cdpj.partners.bancointer.com.br/oauth/v2/token"
        ),
        test=Addresses(
            "https://cdpj-sandbox.partners.uatinter.co/pix/v2",
            "https://cdpj-sandbox.partners.uatinter.co/oauth/v2/token",
        ),
        token_style=TokenStyle.FORM,
        headers=(FromSecret("x-conta-corrente", "account", optional=True),),
        certificate="made by Inter with the integration (internet banking PJ, Integrações), as .crt and .key",
        checked=Checked.OPEN_SOURCE,
        notes=(
            "account is needed where the integration covers several accounts: digits only, without leading zeros.",
            "Its webhooks are a bare list and not the standard's object; both are understood.",
        ),
    ),
)

PROFILES: Mapping[str, BankProfile] = MappingProxyType({bank.name: bank for bank in _BANKS})
