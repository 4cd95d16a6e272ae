"""The shared adapters of every integration: `platform` below, one package per domain above it."""
