"""The payer of a Pix or a boleto: what the checkout said of them, and the order's buyer for the rest. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from commerce.orders.model import Address, Order
from commerce.payments.payer import Payer
from commerce.payments.tax_ids import parse_tax_id
from commerce.platform.errors import Unprocessable

STATES = frozenset(
    "AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO".split()  # noqa: SIM905
)
_POSTAL_CODE_DIGITS = 8


def complete_payer(order: Order, given: Payer | None, *, with_address: bool) -> Payer:
    """The payer with a checked tax number and, for a boleto, an address that a bank takes.

    Args:
        given: what the checkout said; an empty name, tax number or e-mail is the buyer's, no address the order's.

    Raises:
        Unprocessable: `missing_payer_tax_id`, `invalid_tax_id`, `payer_address_incomplete`, each with `details.field`.
    """
    buyer = order.buyer
    given = given or Payer("", "", "")
    tax_id = given.tax_id or buyer.tax_id or ""
    if not tax_id:
        raise Unprocessable(
            "The payer's CPF or CNPJ is missing: send payer.tax_id, or register it with the order's buyer.",
            code="missing_payer_tax_id",
            details={"field": "payer.tax_id"},
        )
    payer = Payer(
        name=given.name or buyer.name,
        tax_id=parse_tax_id(tax_id, field="payer.tax_id").digits,
        email=given.email or buyer.email,
    )
    if not with_address:
        return payer
    return replace(payer, address=_complete(given.address or order.shipping_address))


def _complete(address: Address) -> Address:
    missing = next(_missing(address), None)
    if missing is not None:
        name, why = missing
        raise Unprocessable(
            f"A boleto needs the payer's whole address in Brazil: payer.address.{name} {why}. Send payer.address, or "
            "register the order with a complete shipping_address.",
            code="payer_address_incomplete",
            details={"field": f"payer.address.{name}"},
        )
    digits = "".join(character for character in address.postal_code if character.isdigit())
    return replace(address, postal_code=digits)


def _missing(address: Address) -> Iterator[tuple[str, str]]:
    if address.country != "BR":
        yield "country", "is not BR"
    for name in ("line1", "number", "district", "city", "state"):
        if not getattr(address, name):
            yield name, "is missing"
    if address.state and address.state not in STATES:
        yield "state", "is no Brazilian state (two capital letters, such as SP)"
    if sum(character.isdigit() for character in address.postal_code) != _POSTAL_CODE_DIGITS:
        yield "postal_code", "is no CEP of eight digits"
