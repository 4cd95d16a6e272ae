"""The order: the noun that every domain shares, and the only source of amounts."""
