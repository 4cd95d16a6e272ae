"""How this deployment decides, from its settings: the same for every function that moves payments."""

from __future__ import annotations

from commerce.payments.late import LatePolicy
from commerce.payments.observe import PaymentRules
from commerce.payments.schedule import PollSchedule
from commerce.platform.config import live_mode, setting
from commerce.platform.errors import ConfigurationError


def payment_rules() -> PaymentRules:
    """From LIVE_MODE, LATE_PAYMENT_POLICY and CARD_POLL_SECONDS.

    Raises:
        ConfigurationError: `missing_setting`, `wrong_setting`.
    """
    try:
        late_policy = LatePolicy(setting("LATE_PAYMENT_POLICY"))
        schedule = PollSchedule.parse(setting("CARD_POLL_SECONDS"))
    except ValueError as error:
        raise ConfigurationError(
            "LATE_PAYMENT_POLICY is refund or reopen, and CARD_POLL_SECONDS whole seconds with commas between, as in "
            "60,120,300. Set them with `sam deploy --parameter-overrides LatePaymentPolicy=… CardPollSeconds=…`.",
            code="wrong_setting",
        ) from error
    return PaymentRules(livemode=live_mode(), late_policy=late_policy, schedule=schedule)
