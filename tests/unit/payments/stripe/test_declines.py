"""What a buyer may be told of a decline."""

from __future__ import annotations

import pytest

from commerce.payments.buyer_messages import LOCALES, BuyerCode, buyer_message
from commerce.payments.gateways.stripe.declines import BUYER_CODES, buyer_code, failure_of, without_card
from tests.unit.payments.stripe.objects import decline

HIDDEN = ["fraudulent", "lost_card", "stolen_card", "pickup_card", "merchant_blacklist", "restricted_card"]


@pytest.mark.parametrize(
    ("code", "decline_code", "told"),
    [
        ("card_declined", "insufficient_funds", BuyerCode.INSUFFICIENT_FUNDS),
        ("expired_card", None, BuyerCode.CARD_EXPIRED),
        ("expired_card", "expired_card", BuyerCode.CARD_EXPIRED),
        ("incorrect_cvc", "incorrect_cvc", BuyerCode.WRONG_DETAILS),
        ("authentication_required", "authentication_required", BuyerCode.AUTHENTICATION_REQUIRED),
        ("payment_intent_authentication_failure", None, BuyerCode.AUTHENTICATION_REQUIRED),
        ("processing_error", None, BuyerCode.TRY_AGAIN_LATER),
        ("card_declined", "do_not_honor", BuyerCode.CONTACT_BANK),
        ("card_declined", "card_not_supported", BuyerCode.NOT_SUPPORTED),
        ("card_declined", "card_velocity_exceeded", BuyerCode.LIMIT_EXCEEDED),
        ("card_declined", "generic_decline", BuyerCode.CARD_DECLINED),
        ("card_declined", "a_code_of_next_year", BuyerCode.CARD_DECLINED),
        (None, None, BuyerCode.CARD_DECLINED),
    ],
)
def test_the_decline_code_decides_then_the_error_code(
    code: str | None, decline_code: str | None, told: BuyerCode
) -> None:
    assert buyer_code(code, decline_code) is told


@pytest.mark.parametrize("decline_code", HIDDEN)
def test_suspicion_loss_and_theft_look_like_any_decline(decline_code: str) -> None:
    assert buyer_code("card_declined", decline_code) is buyer_code("card_declined", "generic_decline")


@pytest.mark.parametrize("locale", LOCALES)
def test_every_code_has_its_own_text_in_every_language(locale: str) -> None:
    texts = {buyer_message(code, locale) for code in BuyerCode}
    assert len(texts) == len(BuyerCode)
    assert all(text.endswith(".") for text in texts)


def test_no_text_names_what_is_hidden() -> None:
    told = " ".join(buyer_message(code, locale).lower() for code in BuyerCode for locale in LOCALES)
    for word in ("fraud", "fraude", "lost", "stolen", "perdid", "roubad", "suspe"):
        assert word not in told


@pytest.mark.parametrize(
    ("locale", "language"), [("pt-BR", "pt-BR"), ("pt", "pt-BR"), ("pt-PT", "pt-BR"), ("fr", "en")]
)
def test_a_locale_without_texts_gets_the_nearest(locale: str, language: str) -> None:
    assert buyer_message(BuyerCode.CARD_EXPIRED, locale) == buyer_message(BuyerCode.CARD_EXPIRED, language)


def test_a_code_nobody_knows_reads_like_any_decline() -> None:
    assert buyer_message("not_created", "en") == buyer_message(BuyerCode.CARD_DECLINED, "en")


def test_each_of_stripe_s_codes_has_one_place() -> None:
    assert set(BUYER_CODES.values()) == set(BuyerCode) - {BuyerCode.PAYMENT_DECLINED}


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("payment_intent_payment_attempt_expired", BuyerCode.PAYMENT_EXPIRED),
        ("processing_error", BuyerCode.TRY_AGAIN_LATER),
        ("card_declined", BuyerCode.PAYMENT_DECLINED),
        ("invalid_account", BuyerCode.PAYMENT_DECLINED),
        ("payment_method_not_available", BuyerCode.PAYMENT_DECLINED),
    ],
)
def test_of_a_pix_or_boleto_no_buyer_is_told_of_a_card(code: str, told: BuyerCode) -> None:
    failure = without_card(failure_of(decline(code)))
    assert (failure.code, failure.buyer_code) == (code, told)
    for locale, card in (("pt-BR", "cartão"), ("en", "card")):
        assert card not in buyer_message(failure.buyer_code, locale)


def test_a_failure_keeps_the_raw_codes_for_the_operator() -> None:
    failure = failure_of(decline("card_declined", "stolen_card"))
    assert (failure.code, failure.buyer_code, failure.decline_code) == ("card_declined", "card_declined", "stolen_card")


def test_an_error_without_a_code_is_named_by_its_type() -> None:
    assert failure_of({"type": "api_error", "code": None}).code == "api_error"
    assert failure_of({}).code == "card_declined"
