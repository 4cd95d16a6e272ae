"""Lines that pay an order by each way there is beside cards, with the sandboxes in the buyer's place.

See greeting.py for what all lines keep to. A way whose provider is called for real is left out: there the buyer pays.
"""

from __future__ import annotations

from local.stack.lines import STATUS, pick, until_paid
from local.stack.providers import CERTIFICATES_FOLDER
from local.stack.stack import Stack


def ways_to_pay(stack: Stack) -> list[list[str]]:
    """One block of lines for each, its first line in words."""
    ways = {"paypal": _paypal, "pix_bank": _pix, "mercado_pago": _boleto}
    return [way() for name, way in ways.items() if name in stack.sandboxes]


def _paypal() -> list[str]:
    return [
        "An order paid with PayPal: opened, approved on PayPal's page, taken when the buyer comes back:",
        *_check_out("paypal", "order-paypal"),
        f'  APPROVE=$(echo "$CHECKOUT" | {pick("approve_url")})',
        f"  curl -sS \"$PAYPAL/_sandbox/orders/${{APPROVE##*token=}}/approve\" -d '{{}}' {STATUS}",
        '  curl -sS -X POST $API/checkout/paypal/$PAYMENT/capture -H "$BUYER" -H "Idempotency-Key: return-1" \\',
        f"    {STATUS}",
    ]


def _pix() -> list[str]:
    """The bank's API wants its client certificate from whoever calls it, also from a person's shell."""
    files = {"cacert": "ca.pem", "cert": "client.pem", "key": "client-key.pem"}
    shown = " ".join(f'--{option} "{CERTIFICATES_FOLDER / name}"' for option, name in files.items())
    return [
        "An order paid by Pix: the code as the buyer copies it, paid at the bank (whose door wants a certificate):",
        f'  bank() {{ curl -sS {shown} "$@"; }}',
        *_check_out("pix", "order-pix"),
        f'  echo "$CHECKOUT" | {pick("pix_code")}',
        """  TXID=$(bank $PIX_BANK/_sandbox/books | sed 's/.*"txids": *\\["\\([^"]*\\)".*/\\1/')""",
        f"  bank $PIX_BANK/_sandbox/charges/$TXID/pay -d '{{}}' {STATUS}",
        until_paid(),
    ]


def _boleto() -> list[str]:
    return [
        "An order paid by boleto: its digits, its PDF, and the money at Mercado Pago:",
        *_check_out("boleto", "order-boleto"),
        f'  echo "$CHECKOUT" | {pick("digitable_line_formatted")}',
        f'  PDF=$(echo "$CHECKOUT" | {pick("pdf_url")}); echo "$PDF"',
        """  SLIP=$(echo "$PDF" | sed 's#.*/payments/\\([0-9]*\\)/.*#\\1#')""",
        f"  curl -sS $MERCADO_PAGO/_sandbox/payments/$SLIP/pay -d '{{}}' {STATUS}",
        until_paid(),
    ]


def _check_out(method: str, order_id: str) -> list[str]:
    return [
        f"""  curl -sS -X PUT $API/orders/{order_id} -H "$STORE" -H "$JSON" -d "$ORDER" {STATUS}""",
        f"""  CHECKOUT=$(curl -sS $API/checkout/{method} -H "$BUYER" -H "$JSON" -H "Idempotency-Key: {method}-1" \\""",
        f"""    -d '{{"order_id": "{order_id}"}}')""",
        f'  PAYMENT=$(echo "$CHECKOUT" | {pick("payment_id")})',
    ]
