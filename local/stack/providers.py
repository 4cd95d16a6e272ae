"""The sandboxes of this repository, ready to plug in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from commerce.payments.gateways.bacen.profiles import PROFILES
from local.sandboxes.brasilapi.sandbox import BrasilApiSandbox
from local.sandboxes.brazil_payments.app import BrazilPaymentsSandbox
from local.sandboxes.brazil_payments.contract import API_KEY as BRAZIL_PAYMENTS_KEY
from local.sandboxes.brazil_payments.contract import MERCHANT_ID
from local.sandboxes.google.access import API_KEY as GOOGLE_KEY
from local.sandboxes.google.sandbox import GoogleSandbox
from local.sandboxes.kernel.server import Server, serve
from local.sandboxes.mercado_pago.access import ACCESS_TOKEN, WEBHOOK_SECRET
from local.sandboxes.mercado_pago.app import MercadoPagoSandbox
from local.sandboxes.opencep.sandbox import OpenCepSandbox
from local.sandboxes.paypal import account as paypal_account
from local.sandboxes.paypal.app import PaypalSandbox
from local.sandboxes.paypal.certificates import root_pem
from local.sandboxes.pix_bank.app import CLIENT_ID, CLIENT_SECRET, PIX_KEY, PixBankSandbox
from local.sandboxes.pix_bank.app import WEBHOOK_SECRET as PIX_WEBHOOK_SECRET
from local.sandboxes.pix_bank.certificates import credentials as pix_bank_credentials
from local.sandboxes.pix_bank.settings import Settings as PixBankSettings
from local.sandboxes.sendgrid.sandbox import API_KEY, SendGridSandbox
from local.sandboxes.stripe.app import StripeSandbox
from local.sandboxes.viacep.sandbox import ViaCepSandbox
from local.stack.options import ROOT
from local.stack.plugs import Plug

MAIL_FOLDER = ROOT / ".local" / "mail"
CERTIFICATES_FOLDER = ROOT / ".local" / "pix_bank"
PIX_BANK = "efi"
"""As the template's parameter has it by default."""


def stripe(make: Callable[[], StripeSandbox] = StripeSandbox) -> Plug:
    """Args:
    make: builds the sandbox, when a test wants another clock or other settings.
    """

    def start() -> Server:
        return serve(make())

    return Plug(
        name="stripe",
        serve=start,
        base_parameter="StripeApiBase",
        secrets={
            "StripeSecret": {
                "api_key": "sk_test_sandbox",
                "publishable_key": "pk_test_sandbox",
                "webhook_secret": "whsec_sandbox",
            }
        },
        webhook_function="StripeWebhookFunction",
        connect=lambda sandbox, url: sandbox.set_endpoint(url=url),
    )


def sendgrid(mail_folder: Path | None = MAIL_FOLDER) -> Plug:
    """Args:
    mail_folder: where accepted mails are written, None for nowhere.
    """

    def start() -> Server:
        return serve(SendGridSandbox(mail_folder=mail_folder))

    return Plug(
        name="sendgrid",
        serve=start,
        base_parameter="SendgridApiBase",
        secrets={"SendgridSecret": {"api_key": API_KEY}},
    )


def google() -> Plug:
    """One server for Google's three hosts."""

    def start() -> Server:
        return serve(GoogleSandbox())

    return Plug(
        name="google",
        serve=start,
        base_parameter="GoogleMapsApiBase",
        further_bases=("GoogleRoutesApiBase", "GoogleGeocodeApiBase"),
        secrets={"GoogleMapsSecret": {"api_key": GOOGLE_KEY}},
    )


def paypal(make: Callable[[], PaypalSandbox] = PaypalSandbox) -> Plug:
    """Webhooks are signed under an authority of the sandbox's own, which the secret names. Certificate, links and the
    page to approve an order on are at the address of the sandbox itself.

    Args:
        make: builds the sandbox, when a test wants another clock or other settings.
    """

    def start() -> Server:
        sandbox = make()
        server = serve(sandbox)
        sandbox.served_at(server.url)
        return server

    return Plug(
        name="paypal",
        serve=start,
        base_parameter="PaypalApiBase",
        secrets={
            "PaypalSecret": {
                "client_id": paypal_account.CLIENT_ID,
                "client_secret": paypal_account.CLIENT_SECRET,
                "webhook_id": paypal_account.WEBHOOK_ID,
                "webhook_root_ca": root_pem(),
            }
        },
        webhook_function="PaypalWebhookFunction",
        connect=lambda sandbox, url: sandbox.set_endpoint(url=url),
    )


def mercado_pago(make: Callable[[], MercadoPagoSandbox] = MercadoPagoSandbox) -> Plug:
    """Args:
    make: builds the sandbox, when a test wants another clock or other settings.
    """

    def start() -> Server:
        return serve(make())

    return Plug(
        name="mercado_pago",
        serve=start,
        base_parameter="MercadoPagoApiBase",
        secrets={"MercadoPagoSecret": {"access_token": ACCESS_TOKEN, "webhook_secret": WEBHOOK_SECRET}},
        webhook_function="MercadoPagoWebhookFunction",
        connect=lambda sandbox, url: sandbox.set_endpoint(url=url),
    )


def default_bank() -> PixBankSandbox:
    """A bank with the paths of `PIX_BANK`."""
    return PixBankSandbox(settings=PixBankSettings(base_path=PROFILES[PIX_BANK].path))


def pix_bank(
    make: Callable[[], PixBankSandbox] = default_bank, certificates_folder: Path | None = CERTIFICATES_FOLDER
) -> Plug:
    """A bank's Pix API behind mutual TLS. Its webhooks carry their secret in the path, as they are not signed.

    Args:
        make: builds the sandbox, when a test wants another clock or the paths of another bank.
        certificates_folder: where `ca.pem`, `client.pem` and `client-key.pem` are written, for a person's curl to get
            in; None for nowhere.
    """
    shown = pix_bank_credentials()

    def start() -> Server:
        if certificates_folder is not None:
            shown.save(certificates_folder)
        return serve(make(), tls=shown.server_context)

    return Plug(
        name="pix_bank",
        serve=start,
        base_parameter="PixApiBase",
        secrets={
            "PixSecret": {
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
                "certificate": shown.client_certificate,
                "private_key": shown.client_key,
                "server_ca": shown.ca,
                "pix_key": PIX_KEY,
                "merchant_name": "Loja Exemplo",
                "merchant_city": "Sao Paulo",
                "webhook_secret": PIX_WEBHOOK_SECRET,
            }
        },
        webhook_function="PixWebhookFunction",
        connect=lambda sandbox, url: sandbox.set_endpoint(url=f"{url.rstrip('/')}/{PIX_WEBHOOK_SECRET}"),
    )


def brazil_payments(make: Callable[[], BrazilPaymentsSandbox] = BrazilPaymentsSandbox) -> Plug:
    """Args:
    make: builds the sandbox, when a test wants another clock or other settings.
    """

    def start() -> Server:
        return serve(make())

    return Plug(
        name="brazil_payments",
        serve=start,
        base_parameter="BrazilPaymentsApiBase",
        secrets={"BrazilPaymentsSecret": {"api_key": BRAZIL_PAYMENTS_KEY, "merchant_id": MERCHANT_ID}},
    )


def viacep() -> Plug:
    return Plug(name="viacep", serve=lambda: serve(ViaCepSandbox()), base_parameter="ViacepApiBase")


def opencep() -> Plug:
    return Plug(name="opencep", serve=lambda: serve(OpenCepSandbox()), base_parameter="OpencepApiBase")


def brasilapi() -> Plug:
    return Plug(name="brasilapi", serve=lambda: serve(BrasilApiSandbox()), base_parameter="BrasilapiApiBase")


def all_sandboxes(
    mail_folder: Path | None = MAIL_FOLDER, certificates_folder: Path | None = CERTIFICATES_FOLDER
) -> list[Plug]:
    """One plug per provider that the product speaks to.

    Args:
        mail_folder: as for `sendgrid`; None writes nothing at all, where others on this machine may have theirs.
        certificates_folder: as for `pix_bank`.
    """
    bank = pix_bank(certificates_folder=None if mail_folder is None else certificates_folder)
    payments = [stripe(), paypal(), bank, mercado_pago(), brazil_payments()]
    return [*payments, sendgrid(mail_folder), google(), viacep(), opencep(), brasilapi()]
