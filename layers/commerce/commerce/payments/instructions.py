"""What the buyer pays with outside our pages: a Pix code, a boleto, an approval page at PayPal."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Instructions:
    """Only what belongs to the payment's method is set. For the buyer and the store; never in an event or a log line.

    Args:
        pix_code: the BR Code as text ("Pix copia e cola"); the QR code shows the same text.
        barcode: the 44 digits of a boleto.
        digitable_line: the 47 digits of a boleto ("linha digitável"), without punctuation.
        pdf_url: where the provider shows the boleto for printing.
        approve_url: where the buyer approves a PayPal order.
        manual: no provider tells when the money is there: a person has to look at the account and confirm it.
    """

    pix_code: str | None = None
    barcode: str | None = None
    digitable_line: str | None = None
    pdf_url: str | None = None
    approve_url: str | None = None
    manual: bool = False
