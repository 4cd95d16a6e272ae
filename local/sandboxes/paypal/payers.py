"""The one payer of the sandbox, and how an approved order shows them."""

from __future__ import annotations

from local.sandboxes.paypal.resource import Resource

PAYER_ID = "BUYERSAND2XYZ"
FUNDINGS = ("paypal", "credit", "paylater", "card")
"""What the payer may choose at PayPal. An order does not tell which one it was: all are paid through PayPal."""

_EMAIL = "buyer@personal.example.com"
_NAME = {"given_name": "Ana", "surname": "Souza"}
_COUNTRY = {"country_code": "BR"}
_ADDRESS = {
    "address_line_1": "Rua da Aurora, 100",
    "admin_area_2": "Recife",
    "admin_area_1": "PE",
    "postal_code": "50050-000",
    "country_code": "BR",
}


def show_payer(order: Resource) -> None:
    order["payer"] = {"name": _NAME, "email_address": _EMAIL, "payer_id": PAYER_ID, "address": _COUNTRY}
    order["payment_source"] = {
        "paypal": {
            "email_address": _EMAIL,
            "account_id": PAYER_ID,
            "account_status": "VERIFIED",
            "name": _NAME,
            "address": _COUNTRY,
        }
    }
    if order["_ships"]:
        shipping = {"name": {"full_name": "Ana Souza"}, "address": _ADDRESS}
        order["purchase_units"][0].setdefault("shipping", shipping)
