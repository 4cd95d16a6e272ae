"""What every provider sandbox shares: routing, faults, control routes, clock, webhooks, a server and an adapter."""
