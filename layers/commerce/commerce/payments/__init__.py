"""Payments: one ledger and one state machine for every provider."""
