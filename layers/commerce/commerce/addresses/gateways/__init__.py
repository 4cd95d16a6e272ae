"""Sources of CEPs; their words stop here."""
