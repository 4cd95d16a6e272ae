"""Mercado Pago, as far as a Brazilian store needs it: the Payments API with Pix and boleto, refunds and webhooks."""
