"""PayPal: Orders v2, Payments v2, disputes and signed webhooks, stateful and strict (developer.paypal.com/api)."""
