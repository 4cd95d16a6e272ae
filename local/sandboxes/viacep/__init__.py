"""A stand-in for ViaCEP."""
