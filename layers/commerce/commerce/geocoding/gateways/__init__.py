"""Providers of geocoding and distances, one package each."""
