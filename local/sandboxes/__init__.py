"""Stateful stand-ins for the providers: their paths, errors, rules, webhooks and time, on one small kernel."""
