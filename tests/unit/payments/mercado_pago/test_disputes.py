"""Mediations and chargebacks: they freeze refunds until they are decided, and each is one of its own."""

from __future__ import annotations

import pytest

from commerce.payments.status import PaymentStatus
from tests.builders import PRICE
from tests.unit.payments.mercado_pago.rig import Rig, soon

S = PaymentStatus


class TestDisputes:
    @pytest.mark.invariant("PAY-25")
    @pytest.mark.parametrize(
        ("outcome", "status", "dispute"), [("approved", S.PAID, "won"), ("refunded", None, "lost")]
    )
    def test_a_mediation_freezes_refunds_until_it_is_over(
        self, pix: Rig, outcome: str, status: PaymentStatus | None, dispute: str
    ) -> None:
        ref = pix.paid()
        pix.world.mediate(ref)
        held = pix.look()
        assert (held.status, held.refunds_frozen, held.captured) == (S.DISPUTED, True, PRICE.amount)
        pix.clock.advance(60)
        pix.world.end_mediation(ref, outcome)
        over = pix.look()
        assert over.dispute is not None
        assert over.dispute.status == dispute
        assert over.status is (status or S.DISPUTED)

    @pytest.mark.invariant("PAY-25")
    def test_another_mediation_is_another_dispute(self, pix: Rig) -> None:
        ref = pix.paid()
        for name in (f"{ref}:mediation", f"{ref}:mediation:2", f"{ref}:mediation:3"):
            pix.world.mediate(ref)
            dispute = pix.look().dispute
            assert dispute is not None
            assert (dispute.provider_ref, dispute.is_final) == (name, False)
            assert pix.look().dispute == dispute
            pix.clock.advance(60)
            pix.world.end_mediation(ref, "approved")
            assert not pix.look().refunds_frozen

    @pytest.mark.invariant("PAY-25")
    def test_an_answer_from_before_a_dispute_does_not_end_it(self, pix: Rig) -> None:
        ref = pix.paid()
        found = pix.gateway._client.get(f"/v1/payments/{ref}", deadline=soon())
        asked_at = pix.clock.now()
        pix.clock.advance(1)
        pix.world.mediate(ref)
        pix.look()
        pix.kept.fold(pix.gateway._reading(found, asked_at).snapshot)
        assert pix.kept.payment.refunds_frozen

    @pytest.mark.invariant("PAY-25")
    @pytest.mark.parametrize(
        ("outcome", "dispute", "status"), [("settled", "lost", S.DISPUTED), ("reimbursed", "won", S.PAID)]
    )
    def test_a_chargeback_ends_for_the_buyer_or_for_the_store(
        self, pix: Rig, outcome: str, dispute: str, status: PaymentStatus
    ) -> None:
        ref = pix.paid()
        pix.world.charge_back(ref)
        assert pix.look().status is S.DISPUTED
        pix.world.end_charge_back(ref, outcome)
        over = pix.look()
        assert over.dispute is not None
        assert (over.dispute.status, over.status) == (dispute, status)
