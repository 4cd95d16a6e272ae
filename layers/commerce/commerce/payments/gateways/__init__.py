"""One package per payment provider; the provider's own words stop there."""
