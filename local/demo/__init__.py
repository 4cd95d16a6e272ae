"""`make demo`: a day in the store, played through the public API on the local stack."""
