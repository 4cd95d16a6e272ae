"""What is not ours, differs, or says a word that nobody knows: held or left alone, never believed."""

from __future__ import annotations

import pytest

from commerce.platform.errors import ProviderMissing
from tests.unit.payments.mercado_pago.rig import Rig, soon


class TestWhatIsNotOurs:
    @pytest.mark.invariant("PAY-15")
    def test_another_account_s_object_is_foreign(self, pix: Rig) -> None:
        pix.world.alter(pix.opened(), {"collector_id": 7})
        assert pix.read().foreign
        assert pix.look().review_reason == "mismatch:account"

    @pytest.mark.invariant("PAY-15")
    @pytest.mark.parametrize(
        "shown",
        [
            {"external_reference": "somebody else's"},
            {"external_reference": None, "metadata": {}},
            {"metadata": {"payment_id": "pay_2"}},
        ],
    )
    def test_without_both_of_our_references_it_is_nobody_s_here(self, pix: Rig, shown: dict[str, object]) -> None:
        pix.world.alter(pix.opened(), shown)
        assert pix.read().payment_id is None

    def test_a_payment_of_another_kind_is_read_no_further(self, pix: Rig) -> None:
        ref = pix.opened()
        pix.world.alter(ref, {"external_reference": None, "metadata": {}, "status": "approved"})
        pix.world.alter(ref, {"transaction_details": None, "refunds": None})
        assert (pix.read().payment_id, pix.read().received_total) == (None, None)

    @pytest.mark.invariant("PAY-05")
    @pytest.mark.parametrize(
        ("shown", "reason"),
        [
            ({"live_mode": True}, "mismatch:livemode"),
            ({"transaction_amount": 129.91}, "mismatch:amount"),
            ({"currency_id": "ARS"}, "mismatch:currency"),
            ({"metadata": {"payment_id": "pay_1", "order_id": "order-2"}}, "mismatch:order_id"),
        ],
    )
    def test_what_differs_is_held(self, pix: Rig, shown: dict[str, object], reason: str) -> None:
        pix.world.alter(pix.opened(), shown)
        assert pix.look().review_reason == reason

    @pytest.mark.invariant("PAY-23")
    @pytest.mark.parametrize(
        ("shown", "word"),
        [
            ({"status": "teleported"}, "teleported"),
            ({"status": "charged_back", "status_detail": "teleported"}, "charged_back:teleported"),
            (
                {"status": "refunded", "refunds": [{"id": 1, "amount": 1, "status": "teleported"}]},
                "refund:teleported",
            ),
        ],
    )
    def test_a_word_that_nobody_knows_holds_it(self, pix: Rig, shown: dict[str, object], word: str) -> None:
        pix.world.alter(pix.paid(), shown)
        seen = pix.read()
        assert (seen.status, seen.raw_status) == (None, word)

    def test_what_mercado_pago_does_not_know_is_missing(self, pix: Rig) -> None:
        with pytest.raises(ProviderMissing):
            pix.gateway.read("1", deadline=soon())
