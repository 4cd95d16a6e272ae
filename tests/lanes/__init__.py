"""Providers beside Stripe in a store in one process: their gateway, their sandbox, and the hands of the buyer."""
