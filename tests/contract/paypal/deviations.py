"""Where the PayPal sandbox and PayPal's descriptions part, each with the reason. Nothing else may."""

from __future__ import annotations

UNDESCRIBED = {
    "/v1/oauth2/token": "tokens have no description of their own; the shape is RFC 6749's with PayPal's additions",
    "/v1/notifications/certs/<certificate>": "the address is known only from the webhooks' headers",
    "/v1/customer/disputes": "the description of Customer Disputes v1 is not among the official ones at hand",
    "/v1/customer/disputes/<dispute>": "the same",
}

UNLISTED_ISSUES = {
    "ACTION_DOES_NOT_MATCH_INTENT": "listed for authorize only, and answered by capture just as well",
    "DECIMALS_NOT_SUPPORTED": "listed for payments only; orders keep the same rule (developer.paypal.com, currencies)",
    "INSTRUMENT_DECLINED": "listed for captures of orders; captures of authorizations meet it too",
    "MALFORMED_REQUEST_JSON": "listed for orders only; payments and webhooks have JSON bodies too",
    "NOT_SUPPORTED": "listed for create order only; the sandbox refuses what nobody described, PayPal ignores it",
    "PAYPAL_REQUEST_ID_PREVIOUSLY_USED": "from Payment Method Tokens v3; orders and payments do not say what happens",
    "PREVIOUS_REQUEST_IN_PROGRESS": "listed for payments only; of two at once one may fail in orders too",
    "REAUTHORIZATION_TOO_SOON": "newer than the description (developer.paypal.com, errors of Payments v2)",
}
"""Issues that the description does not list for the operation that answers with them."""

UNLISTED_STATUSES = {
    429: "rate limits are described for the whole API (developer.paypal.com/api/rest/reference/rate-limiting)",
}
"""Statuses that an operation may answer without the description of that operation listing them."""

UNNAMED_VALUES = {
    "DECLINED_BY_RISK_FRAUD_FILTERS": "a reason for a pending capture that is newer than the description",
}

PATTERNS_LEFT_OUT = {
    "transmission_sig": "the pattern wants a word character first, but base64 may begin with + or /",
    "webhook_id": "the pattern knows no hyphen, but the sandbox's public id says what it is: WH-SANDBOX-0001",
}
"""Properties of the request to verify a signature whose `pattern` is not applied."""

INVALID_TOKEN = {"error", "error_description"}
"""The answer to a token that is no good: OAuth's shape instead of the described one, as PayPal gives it."""
