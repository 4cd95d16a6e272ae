"""Where an address is, what address is somewhere, and how far it is from one place to another."""
