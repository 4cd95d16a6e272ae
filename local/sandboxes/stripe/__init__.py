"""Stripe: PaymentIntents and what belongs to them, stateful and strict (docs.stripe.com/api)."""
