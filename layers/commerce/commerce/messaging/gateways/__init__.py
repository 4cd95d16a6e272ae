"""Providers that carry messages; their words stop here."""
