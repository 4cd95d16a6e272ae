"""Brazilian addresses by CEP, whichever source is down, and the address book that fills itself in from them."""
