"""Stripe: cards, Apple Pay, Google Pay, 3-D Secure and saved methods (API version in `client.py`)."""
