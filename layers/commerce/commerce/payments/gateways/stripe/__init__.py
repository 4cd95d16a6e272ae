"""Stripe: cards, wallets, 3-D Secure and saved methods, Pix and boleto (API version in `client.py`)."""
