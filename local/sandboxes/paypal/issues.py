"""What PayPal says about each issue, one wording per issue (the descriptions vary it from operation to operation)."""

from __future__ import annotations

_DECIMALS = "If the currency supports decimals, only two decimal place precision is supported."

ISSUES = {
    # 400
    "INVALID_ARRAY_MAX_ITEMS": "The number of items in an array parameter is too large.",
    "INVALID_ARRAY_MIN_ITEMS": "The number of items in an array parameter is too small.",
    "INVALID_PARAMETER_SYNTAX": "The value of a field does not conform to the expected format.",
    "INVALID_PARAMETER_VALUE": "A parameter value is not valid.",
    "INVALID_STRING_LENGTH": "The value of a field is either too short or too long",
    "MALFORMED_REQUEST_JSON": "The request JSON is not well formed.",
    "MISSING_REQUIRED_PARAMETER": "A required parameter is missing.",
    "NOT_SUPPORTED": "This field is not currently supported.",
    "PAYPAL_REQUEST_ID_REQUIRED": (
        "A PayPal-Request-Id is required if you are trying to process payment for an Order. Please specify a "
        "PayPal-Request-Id or Create the Order without a 'payment_source' specified."
    ),
    # 403, 404, 409
    "PERMISSION_DENIED": "You do not have permission to access or perform operations on this resource.",
    "INVALID_RESOURCE_ID": "Specified resource ID does not exist. Please check the resource ID and try again.",
    "PREVIOUS_REQUEST_IN_PROGRESS": (
        "A previous request on this resource is currently in progress. Please wait for sometime and try again. It is "
        "best to space out the initial and the subsequent request(s) to avoid receiving this error."
    ),
    # 422: amounts
    "AMOUNT_MISMATCH": (
        "Should equal item_total + tax_total + shipping + handling + insurance - shipping_discount - discount."
    ),
    "AUTH_CAPTURE_CURRENCY_MISMATCH": "Currency of capture must be the same as currency of authorization.",
    "AUTH_CURRENCY_MISMATCH": (
        "The currency specified during reauthorization should be the same as the currency specified in the original "
        "authorization. Please check the currency of the authorization for which you are trying to reauthorize and try "
        "again."
    ),
    "CANNOT_BE_NEGATIVE": f"Must be greater than or equal to 0. {_DECIMALS}",
    "CANNOT_BE_ZERO_OR_NEGATIVE": f"Must be greater than zero. {_DECIMALS}",
    "DECIMAL_PRECISION": _DECIMALS,
    "DECIMALS_NOT_SUPPORTED": (
        "Currency does not support decimals. Please refer to "
        "https://developer.paypal.com/docs/api/reference/currency-codes/ for more information."
    ),
    "INVALID_CURRENCY_CODE": (
        "Currency code is invalid or is not currently supported. Please refer "
        "https://developer.paypal.com/api/rest/reference/currency-codes/ for list of supported currency codes."
    ),
    "ITEM_TOTAL_MISMATCH": ("Should equal sum of (unit_amount * quantity) across all items for a given purchase_unit."),
    "ITEM_TOTAL_REQUIRED": (
        "If item details are specified (items.unit_amount and items.quantity) corresponding "
        "amount.breakdown.item_total is required."
    ),
    "MAX_VALUE_EXCEEDED": "Should be less than or equal to 999999999999999.99.",
    "MULTI_CURRENCY_ORDER": (
        "Multiple differing values of currency_code are not supported. Entire Order request must have the same "
        "currency_code."
    ),
    "TAX_TOTAL_MISMATCH": "Should equal sum of (tax * quantity) across all items for a given purchase_unit.",
    "TAX_TOTAL_REQUIRED": (
        "If item details are specified (items.tax_total and items.quantity) corresponding amount.breakdown.tax_total "
        "is required."
    ),
    # 422: orders
    "ACTION_DOES_NOT_MATCH_INTENT": (
        "Order was created with an intent to 'CAPTURE'. Please use v2/checkout/orders/order_id/capture to complete the "
        "transaction or alternately Create an order with an intent of 'AUTHORIZE'."
    ),
    "DUPLICATE_INVOICE_ID": (
        "Duplicate Invoice ID detected. To avoid a potential duplicate transaction your account setting requires that "
        "Invoice Id be unique for each transaction."
    ),
    "INSTRUMENT_DECLINED": (
        "The instrument presented  was either declined by the processor or bank, or it can't be used for this payment."
    ),
    "ORDER_ALREADY_AUTHORIZED": (
        "Order already authorized.If 'intent=AUTHORIZE' only one authorization per order is allowed."
    ),
    "ORDER_ALREADY_CAPTURED": "Order already captured.If 'intent=CAPTURE' only one capture per order is allowed.",
    "ORDER_COMPLETED_OR_VOIDED": "Order is voided or completed and hence cannot be authorized.",
    "ORDER_NOT_APPROVED": (
        "Payer has not yet approved the Order for payment. Please redirect the payer to the 'rel':'approve' url "
        "returned as part of the HATEOAS links within the Create Order call."
    ),
    # 422: authorizations
    "AUTHORIZATION_ALREADY_CAPTURED": "Authorization has previously been captured.",
    "AUTHORIZATION_DENIED": "An denied authorization cannot be captured.",
    "AUTHORIZATION_EXPIRED": "An expired authorization cannot be captured.",
    "AUTHORIZATION_VOIDED": "A voided authorization cannot be captured or reauthorized. ",
    "CANNOT_BE_VOIDED": "A reauthorization cannot be voided. Please void the original parent authorization.",
    "MAX_CAPTURE_AMOUNT_EXCEEDED": (
        "Capture amount exceeds allowable limit. Please contact customer service or your account manager to request "
        "the change to your overage limit. The default overage limit is 115%, which allows the sum of all captures to "
        "be up to 115% of the order amount. The ability to over capture is subjected to regulatory approvals."
    ),
    "MAX_CAPTURE_COUNT_EXCEEDED": (
        "Maxmimum number of allowable captures has been reached. No additional captures are possible for this "
        "authorization. Contact Customer Service or your account manager to change the number of captures for a given "
        "authorization."
    ),
    "PREVIOUSLY_CAPTURED": "Authorization has been previously captured and hence cannot be voided.",
    "PREVIOUSLY_VOIDED": "Authorization has been previously voided and hence cannot be voided again.",
    "REAUTHORIZATION_NOT_SUPPORTED": (
        "A reauthorize cannot be attempted on an authorization_id that is the result of a prior reauthorization or on "
        "an authorization made on an Order saved using the `v2/orders/id/save` API."
    ),
    "REAUTHORIZATION_TOO_SOON": (
        "A reauthorization is only allowed once from Day 4 to Day 29 since the date of the original authorization."
    ),
    "TRANSACTION_REFUSED": "PayPal's internal controls prevent authorization from being captured.",
    # 422: refunds
    "CAPTURE_FULLY_REFUNDED": "The capture has already been fully refunded",
    "MAX_NUMBER_OF_REFUNDS_EXCEEDED": "You have exceeded the maximum number of refund attempts for this capture.",
    "PENDING_CAPTURE": (
        "Cannot initiate a refund as the capture is pending. Capture is typically pending when the payer has funded "
        "the transaction using e-check/bank funded."
    ),
    "REFUND_AMOUNT_EXCEEDED": (
        "The refund amount must be less than or equal to the capture amount that has not yet been refunded."
    ),
    "REFUND_CAPTURE_CURRENCY_MISMATCH": "Refund must be in the same currency as the capture",
    "REFUND_NOT_ALLOWED": "Capture cannot be refunded.",
    "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK": (
        "Refunds are not allowed on this capture due to a chargeback on the card or bank. Please contact the payee to "
        "resolve the chargeback."
    ),
    "REFUND_TIME_LIMIT_EXCEEDED": "You are over the time limit to perform a refund on this capture",
    "TRANSACTION_DISPUTED": (
        "Partial refunds cannot be offered at this time because there is an open case on this transaction. Visit the "
        "PayPal Resolution Center to review this case."
    ),
    # 422: request ids
    "PAYPAL_REQUEST_ID_PREVIOUSLY_USED": "The PayPal-Request-ID has already been used for another request.",
}
