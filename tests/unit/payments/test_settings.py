"""The deployment's rules, and what is said when they are wrong."""

from __future__ import annotations

import pytest

from commerce.payments.late import LatePolicy
from commerce.payments.settings import payment_queues, payment_rules
from commerce.platform.errors import ConfigurationError


@pytest.fixture(autouse=True)
def deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVE_MODE", "false")
    monkeypatch.setenv("LATE_PAYMENT_POLICY", "reopen")
    monkeypatch.setenv("CARD_POLL_SECONDS", "1,2,4")
    monkeypatch.setenv("AMOUNT_TOLERANCE", "5")
    monkeypatch.setenv("PAYMENT_QUEUES", "stripe=https://q.example/1 paypal=https://q.example/2?a=b")


def test_the_rules_are_those_of_the_deployment() -> None:
    rules = payment_rules()

    assert (rules.livemode, rules.late_policy, rules.schedule.seconds) == (False, LatePolicy.REOPEN, (1, 2, 4))
    assert rules.tolerance == 5


def test_every_provider_has_its_queue() -> None:
    assert payment_queues() == {"stripe": "https://q.example/1", "paypal": "https://q.example/2?a=b"}


@pytest.mark.parametrize("text", ["stripe", "stripe=", "=https://q.example/1"])
def test_queues_that_cannot_be_read_are_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("PAYMENT_QUEUES", text)
    with pytest.raises(ConfigurationError, match="sam deploy"):
        payment_queues()


@pytest.mark.parametrize(
    ("name", "value"), [("LATE_PAYMENT_POLICY", "keep"), ("CARD_POLL_SECONDS", "1,soon"), ("AMOUNT_TOLERANCE", "0.5")]
)
def test_a_wrong_setting_says_what_is_right_and_which_command_sets_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ConfigurationError, match="sam deploy --parameter-overrides") as refused:
        payment_rules()

    assert refused.value.code == "wrong_setting"


@pytest.mark.parametrize("name", ["LIVE_MODE", "LATE_PAYMENT_POLICY", "CARD_POLL_SECONDS", "AMOUNT_TOLERANCE"])
def test_a_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv(name)

    with pytest.raises(ConfigurationError, match=name):
        payment_rules()
