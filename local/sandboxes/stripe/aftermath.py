"""What a test card does after its payment went well."""

from __future__ import annotations

from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.cards import Aftermath, Card
from local.sandboxes.stripe.disputing import open_dispute, warn_of_fraud
from local.sandboxes.stripe.resource import Resource


def after_success(account: Account, charge: Resource, card: Card | None) -> None:
    match card and card.aftermath:
        case Aftermath.DISPUTE:
            open_dispute(account, charge)
        case Aftermath.DISPUTE_PRODUCT_NOT_RECEIVED:
            open_dispute(account, charge, reason="product_not_received")
        case Aftermath.INQUIRY:
            open_dispute(account, charge, inquiry=True)
        case Aftermath.FRAUD_WARNING:
            warn_of_fraud(account, charge)
