"""Charges: made by a confirmed PaymentIntent, captured, and released again."""

from __future__ import annotations

from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.cards import Card
from local.sandboxes.stripe.declines import Decline
from local.sandboxes.stripe.resource import Resource, billing_details

AUTHORIZATION_SECONDS = 7 * 24 * 3600


def new_charge(
    account: Account, intent: Resource, method: Resource, *, status: str, captured: bool, decline: Decline | None = None
) -> Resource:
    """
    Args:
        status: succeeded (also of an authorisation that is not captured yet), pending or failed.
    """
    identity = account.new_id("ch_3")
    amount = int(intent["amount"])
    return account.charges.add(
        {
            "id": identity,
            "object": "charge",
            "amount": amount,
            "amount_captured": amount if captured else 0,
            "amount_refunded": 0,
            "application": None,
            "application_fee": None,
            "application_fee_amount": None,
            "balance_transaction": None,
            "billing_details": billing_details(method["billing_details"]),
            "calculated_statement_descriptor": "SANDBOX",
            "captured": captured,
            "created": account.now,
            "currency": intent["currency"],
            "customer": intent["customer"],
            "description": intent["description"],
            "disputed": False,
            "failure_balance_transaction": None,
            "failure_code": decline.code if decline else None,
            "failure_message": decline.message if decline else None,
            "fraud_details": {},
            "livemode": False,
            "metadata": dict(intent["metadata"]),
            "on_behalf_of": None,
            "outcome": _outcome(decline) if status != "pending" else None,
            "paid": status == "succeeded",
            "payment_intent": intent["id"],
            "payment_method": method["id"],
            "payment_method_details": _details(account, intent, method, captured),
            "radar_options": {},
            "receipt_email": intent["receipt_email"],
            "receipt_number": None,
            "receipt_url": f"https://pay.stripe.com/receipts/payment/{identity}" if status == "succeeded" else None,
            "refunded": False,
            "review": None,
            "shipping": intent["shipping"],
            "source_transfer": None,
            "statement_descriptor": intent["statement_descriptor"],
            "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
            "status": status,
            "transfer_data": None,
            "transfer_group": None,
        }
    )


def _outcome(decline: Decline | None) -> Resource:
    blocked = decline is not None and decline.blocked
    return {
        "advice_code": decline.advice if decline else None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "not_sent_to_network"
        if blocked
        else "declined_by_network"
        if decline
        else "approved_by_network",
        "reason": (decline.decline_code or decline.code) if decline else None,
        "risk_level": "highest" if blocked else "normal",
        "risk_score": 90 if blocked else 12,
        "seller_message": "The bank did not complete the payment." if decline else "Payment complete.",
        "type": "blocked" if blocked else "issuer_declined" if decline else "authorized",
    }


def _details(account: Account, intent: Resource, method: Resource, captured: bool) -> Resource:
    match method["type"]:
        case "pix":
            return {"pix": {"bank_transaction_id": account.new_id("E", 31)}, "type": "pix"}
        case "boleto":
            return {"boleto": dict(method["boleto"]), "type": "boleto"}
    return {"card": _card(account, intent, method, captured), "type": "card"}


def _card(account: Account, intent: Resource, method: Resource, captured: bool) -> Resource:
    card: Card = method["_card"]
    shown = method["card"]
    details: Resource = {
        "amount_authorized": intent["amount"],
        "authorization_code": "123456",
        **{
            key: shown[key] for key in ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding")
        },
        "extended_authorization": {"status": "disabled"},
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "last4": shown["last4"],
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": card.brand,
        "network_token": {"used": False},
        "network_transaction_id": None,
        "overcapture": {"maximum_amount_capturable": intent["amount"], "status": "unavailable"},
        "regulated_status": "unregulated",
        "three_d_secure": _authenticated() if intent["_authenticated"] else None,
        "wallet": shown["wallet"],
    }
    if not captured:
        details["capture_before"] = account.now + AUTHORIZATION_SECONDS
    return details


def _authenticated() -> Resource:
    return {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": "00000000-0000-4000-8000-000000000000",
        "version": "2.2.0",
    }
