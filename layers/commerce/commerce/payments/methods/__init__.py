"""How each method of payment is checked out: what it needs of the order, and what the buyer gets to go on with."""
