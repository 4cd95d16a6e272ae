"""PayPal: Orders v2 and Payments v2 through a thin client (developer.paypal.com/docs/api/orders/v2, payments/v2)."""
