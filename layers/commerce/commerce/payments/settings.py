"""How this deployment decides, from its settings: the same for every function that moves payments."""

from __future__ import annotations

from collections.abc import Mapping

from commerce.payments.late import LatePolicy
from commerce.payments.observe import PaymentRules
from commerce.payments.schedule import PollSchedule
from commerce.platform.config import live_mode, setting
from commerce.platform.errors import ConfigurationError


def payment_rules() -> PaymentRules:
    """From LIVE_MODE, LATE_PAYMENT_POLICY, AMOUNT_TOLERANCE and CARD_POLL_SECONDS.

    Raises:
        ConfigurationError: `missing_setting`, `wrong_setting`.
    """
    try:
        late_policy = LatePolicy(setting("LATE_PAYMENT_POLICY"))
        schedule = PollSchedule.parse(setting("CARD_POLL_SECONDS"))
        tolerance = int(setting("AMOUNT_TOLERANCE"))
    except ValueError as error:
        raise ConfigurationError(
            "LATE_PAYMENT_POLICY is refund or reopen, AMOUNT_TOLERANCE whole minor units such as 0, and "
            "CARD_POLL_SECONDS whole seconds with commas between, as in 60,120,300. Set them with "
            "`sam deploy --parameter-overrides LatePaymentPolicy=… AmountTolerance=… CardPollSeconds=…`.",
            code="wrong_setting",
        ) from error
    return PaymentRules(livemode=live_mode(), late_policy=late_policy, schedule=schedule, tolerance=tolerance)


def payment_queues() -> Mapping[str, str]:
    """By provider, the URL of the queue that its worker reads; from PAYMENT_QUEUES, `stripe=https://… paypal=https://…`.

    Raises:
        ConfigurationError: `missing_setting`, `wrong_setting`.
    """
    pairs = [part.partition("=") for part in setting("PAYMENT_QUEUES").split()]
    if not all(provider and url for provider, _, url in pairs):
        raise ConfigurationError(
            "PAYMENT_QUEUES is provider=url pairs with spaces between. template.yaml sets it: run `sam deploy`.",
            code="wrong_setting",
            details={"setting": "PAYMENT_QUEUES"},
        )
    return {provider: url for provider, _, url in pairs}
