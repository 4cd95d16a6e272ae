"""A stand-in for BrasilAPI."""
