"""The generic gateway's API as this sandbox understands it, in one place.

    POST /pix/qrcode      {merchant_id, amount, description, payer{name, tax_id, email}, expiration_minutes}
                          -> 201 {id, qr_code_base64, pix_code, expires_at}
    POST /boleto/generate {merchant_id, amount, due_date, payer{name, tax_id, email, address}, instructions}
                          -> 201 {id, barcode, digitable_line, pdf_url, due_date}
    GET  /transactions/id -> 200 {status}, and by default also {paid_amount, paid_at}

Every field is required, no other is accepted.

- `Authorization: Bearer <API key>`; `merchant_id` must be the one the key belongs to.
- `amount` and `paid_amount` are decimal texts in reais with two decimals: "129.90". Numbers are refused, so that no
  amount ever passes through binary floating point.
- `tax_id` is a CPF or CNPJ without punctuation, its check digits right. `expiration_minutes` is a whole number from 1
  to 43200. `expires_at` and `paid_at` are ISO 8601 in UTC; `due_date` is YYYY-MM-DD, today in Brasília or later.
- `address` is {street, number, neighborhood, city, state, zip_code}, and optionally `complement`; `state` has two
  letters, `zip_code` eight digits.
- `description` and `instructions` are texts of up to 140 and 500 characters. There is no field for a reference: the
  store's order is named in them as "Order <order id>".
- `status` is pending, paid, expired, cancelled, failed or refunded. A Pix expires at `expires_at`, a boleto when its
  due date is over in Brasília.
- An extension that not every provider has, and that `World.behave(paid_details=False)` takes away: `paid_amount` (all
  that came in, two payments added up) and `paid_at` (of the first), both null while nothing came in.
- Another, taken away by `World.behave(idempotency=False)`: `Idempotency-Key` on the POSTs, 1 to 255 characters, kept
  for 24 hours. The same request is answered with the first answer again, another one with 409.
- Errors are {"error": {"code", "message"}}; 422 `invalid_request` adds "fields": [{"field", "message"}].
  401 `unauthorized`, 403 `wrong_merchant`, 404 `not_found`, 409 `idempotency_conflict` or `request_in_progress`,
  415 `unsupported_media_type`, 429 `rate_limited`, 5xx `internal_error`.
"""

from __future__ import annotations

API_KEY = "brazil-payments-sandbox-key"
MERCHANT_ID = "merchant-sandbox"
LONGEST_KEY = 255
