"""What a buyer is told when a payment fails: what to do next, and never why the bank or the provider said no.

Suspicion of fraud, a lost or a stolen card always look like any other decline (docs.stripe.com/declines/codes).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

DEFAULT_LOCALE = "en"


class BuyerCode(StrEnum):
    """The kinds of failure that a buyer can do something about, each in its own way."""

    INSUFFICIENT_FUNDS = "insufficient_funds"
    CARD_EXPIRED = "card_expired"
    WRONG_DETAILS = "wrong_details"
    AUTHENTICATION_REQUIRED = "authentication_required"
    TRY_AGAIN_LATER = "try_again_later"
    CONTACT_BANK = "contact_bank"
    NOT_SUPPORTED = "not_supported"
    LIMIT_EXCEEDED = "limit_exceeded"
    PAYMENT_EXPIRED = "payment_expired"
    CARD_DECLINED = "card_declined"
    PAYMENT_DECLINED = "payment_declined"


_TEXTS: Mapping[str, Mapping[BuyerCode, str]] = MappingProxyType(
    {
        "pt-BR": {
            BuyerCode.INSUFFICIENT_FUNDS: "Não há saldo ou limite suficiente. Use outro cartão ou outra forma de "
            "pagamento.",
            BuyerCode.CARD_EXPIRED: "Este cartão está vencido. Use outro cartão.",
            BuyerCode.WRONG_DETAILS: "Algum dado do cartão não confere. Verifique os dados e tente de novo.",
            BuyerCode.AUTHENTICATION_REQUIRED: "O banco precisa confirmar que é você. Tente de novo e conclua a "
            "confirmação que ele pedir.",
            BuyerCode.TRY_AGAIN_LATER: "O banco não respondeu como deveria. Tente de novo em alguns minutos.",
            BuyerCode.CONTACT_BANK: "O banco não aprovou o pagamento. Fale com ele ou use outro cartão.",
            BuyerCode.NOT_SUPPORTED: "Este cartão não aceita este tipo de compra. Use outro cartão.",
            BuyerCode.LIMIT_EXCEEDED: "O pagamento passa do limite deste cartão. Use outro cartão ou fale com o banco.",
            BuyerCode.PAYMENT_EXPIRED: "O prazo para pagar terminou. Comece o pagamento de novo.",
            BuyerCode.CARD_DECLINED: "O pagamento não foi aprovado. Use outro cartão ou outra forma de pagamento.",
            BuyerCode.PAYMENT_DECLINED: "O pagamento não foi aceito. Tente de novo ou use outra forma de pagamento.",
        },
        "en": {
            BuyerCode.INSUFFICIENT_FUNDS: "There are not enough funds. Use another card or another way to pay.",
            BuyerCode.CARD_EXPIRED: "This card has expired. Use another card.",
            BuyerCode.WRONG_DETAILS: "Something in the card's details is not right. Check them and try again.",
            BuyerCode.AUTHENTICATION_REQUIRED: "Your bank needs to confirm that it is you. Try again and complete the "
            "confirmation it asks for.",
            BuyerCode.TRY_AGAIN_LATER: "The bank did not answer as it should. Try again in a few minutes.",
            BuyerCode.CONTACT_BANK: "The bank did not approve the payment. Contact it or use another card.",
            BuyerCode.NOT_SUPPORTED: "This card does not support this kind of purchase. Use another card.",
            BuyerCode.LIMIT_EXCEEDED: "The payment is over this card's limit. Use another card or contact the bank.",
            BuyerCode.PAYMENT_EXPIRED: "The time to pay is over. Start the payment again.",
            BuyerCode.CARD_DECLINED: "The payment was not approved. Use another card or another way to pay.",
            BuyerCode.PAYMENT_DECLINED: "The payment was not accepted. Try again or use another way to pay.",
        },
    }
)

LOCALES = tuple(_TEXTS)


def buyer_message(code: str, locale: str) -> str:
    """The text for a `Failure.buyer_code`; a code nobody knows reads like any decline.

    Args:
        locale: as in the order's buyer; Portuguese of any country gets pt-BR, all others English.
    """
    known = BuyerCode(code) if code in BuyerCode else BuyerCode.CARD_DECLINED
    language = "pt-BR" if locale.lower().partition("-")[0] == "pt" else DEFAULT_LOCALE
    return _TEXTS[language][known]
