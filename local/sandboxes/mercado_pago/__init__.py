"""Mercado Pago, as far as a Brazilian store needs it: the Payments API with Pix and boleto, refunds and webhooks.

Mercado Pago publishes no machine-readable description. The sandbox follows the reference and the guides; what these
leave open is assumed here, and nowhere else:

- A key is kept for 24 hours. Under it, the same request gets the first answer again, another one 409, a request whose
  first one still runs 423; a request that was refused leaves its key free.
- A refund that is not done at once is a 400 for whoever does not send `X-Render-In-Process-Refunds: true` (guide); its
  code is taken to be 2084. It may be observed that a repeated refund is answered with 200 and nothing:
  `World.behave(bare_refund_replay=True)`.
- Until it is paid, `total_paid_amount` shows the amount asked for and `net_received_amount` 0, as samples of the
  guides do.
- What comes in can go back, so a surplus as well: the balance for refunds is what was received, not what was asked.
- Money that comes after the expiry makes the payment approved. Mercado Pago may also send it back to the payer by
  itself: `World.give_back` does that.
- Missing parts of a boleto's payer are told with code 4006, changes that a status forbids with 2018.
- The barcode is shown both as `barcode.content` and as `transaction_details.barcode.content`: both forms are about.
"""
