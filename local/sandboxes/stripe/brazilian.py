"""Pix and boleto: what may be asked of them, and their PaymentMethods (docs.stripe.com/payments/pix, .../boleto)."""

from __future__ import annotations

from collections.abc import Iterable

from local.sandboxes.brazil.tax_ids import is_cnpj, is_cpf
from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.errors import invalid
from local.sandboxes.stripe.resource import Resource, billing_details

KINDS = ("pix", "boleto")
MOST_DAYS = 60
PIX_SECONDS = (60, 1_209_600)
DEFAULT_PIX_SECONDS = 14_400
DEFAULT_DAYS = 3
BOLETO_CENTS = (500, 4_999_999)

_ADDRESS = ("line1", "city", "state", "postal_code", "country")
_TEST_TAX_IDS = ("0" * 11, "0" * 14)
"""What test mode takes without checking the digits."""


def check_terms(kinds: Iterable[str], intent: Resource) -> None:
    """
    Args:
        intent: a PaymentIntent, or what one is to be made of.

    Raises:
        StripeProblem: another currency than BRL, manual capture, or an amount that no boleto may have.
    """
    for kind in KINDS:
        if kind not in kinds:
            continue
        if intent["currency"] != "brl":
            raise invalid(
                f"The currency provided ({intent['currency']}) is invalid for one of the payment method types of this "
                f"PaymentIntent. Payments with {kind} support the following currencies: brl.",
                param="currency",
            )
        if intent.get("capture_method") == "manual":
            raise invalid(f"Payments with {kind} do not support manual capture.", param="capture_method")
    if "boleto" in kinds:
        _check_amount(intent["amount"])


def check_options(given: Resource | None) -> None:
    """
    Raises:
        StripeProblem: a code or a boleto that would live too short or too long, or two ends for one Pix.
    """
    pix, boleto = ((given or {}).get(kind) or {} for kind in KINDS)
    at = "payment_method_options[pix]"
    if "expires_at" in pix and "expires_after_seconds" in pix:
        raise invalid("You may only specify one of these parameters: expires_after_seconds, expires_at.", param=at)
    least, most = PIX_SECONDS
    if not least <= pix.get("expires_after_seconds", least) <= most:
        raise invalid(f"A Pix expires {least} to {most} seconds from now.", param=f"{at}[expires_after_seconds]")
    if boleto.get("expires_after_days", 0) > MOST_DAYS:
        raise invalid(
            f"A boleto expires after 0 to {MOST_DAYS} days.", param="payment_method_options[boleto][expires_after_days]"
        )


def new_slip(account: Account, data: Resource) -> Resource:
    """A PaymentMethod of somebody who is going to pay by Pix or boleto.

    Raises:
        StripeProblem: the payer is not described as the method needs it.
    """
    kind = data["type"]
    payer = billing_details(data.get("billing_details"))
    details: Resource = dict(data.get(kind) or {})
    _check_payer(kind, payer, details)
    return account.methods.add(
        {
            "id": account.new_id("pm_"),
            "object": "payment_method",
            "allow_redisplay": data.get("allow_redisplay") or "unspecified",
            "billing_details": payer,
            kind: details,
            "created": account.now,
            "customer": None,
            "customer_account": None,
            "livemode": False,
            "metadata": dict(data.get("metadata") or {}),
            "type": kind,
            "_card": None,
            "_spent": False,
            "_set_up": False,
        }
    )


def _check_payer(kind: str, payer: Resource, details: Resource) -> None:
    at = "payment_method_data[billing_details]" if kind == "pix" else "billing_details"
    for name in ("name", "email"):
        if not payer[name]:
            raise invalid(f"Missing required param: {at}[{name}].", code="parameter_missing", param=f"{at}[{name}]")
    if "@" not in payer["email"]:
        raise invalid(f"Invalid email address: {payer['email']}", code="email_invalid", param=f"{at}[email]")
    tax_id = details.get("tax_id") if kind == "boleto" else payer["tax_id"]
    if kind == "boleto" and not tax_id:
        raise invalid("Missing required param: boleto.", code="parameter_missing", param="boleto")
    if tax_id and not _is_tax_id(tax_id):
        raise invalid(f"Invalid tax ID: {tax_id}. It is no CPF or CNPJ.", code="tax_id_invalid", param="tax_id")
    if kind == "boleto":
        _check_address(payer["address"])


def _check_address(address: Resource) -> None:
    for name in _ADDRESS:
        if not address[name]:
            raise invalid(
                f"Boleto payments need the payer's address: {name} is missing.",
                code="payment_method_billing_details_address_missing",
                param=f"billing_details[address][{name}]",
            )
    digits = address["postal_code"].replace("-", "")
    if not (len(digits) == 8 and digits.isdigit()):
        raise invalid(
            "The postal code is no CEP.", code="postal_code_invalid", param="billing_details[address][postal_code]"
        )
    if address["country"] != "BR" or len(address["state"]) != 2:
        raise invalid("Boletos are for addresses in Brazil.", param="billing_details[address][country]")


def _check_amount(amount: int) -> None:
    least, most = BOLETO_CENTS
    if amount < least:
        raise invalid("Amount must be at least R$5.00 brl", code="amount_too_small", param="amount")
    if amount > most:
        raise invalid("Amount must be no more than R$49,999.99 brl", code="amount_too_large", param="amount")


def _is_tax_id(text: str) -> bool:
    plain = text.translate(str.maketrans("", "", ".-/"))
    return plain in _TEST_TAX_IDS or is_cpf(plain) or is_cnpj(plain)
