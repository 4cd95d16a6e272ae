"""What Mercado Pago takes, checked before anything is written."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commerce.payments.brazil import local_date
from commerce.payments.model import CheckoutChoices
from commerce.payments.payer import Payer
from commerce.platform.errors import Unprocessable
from commerce.platform.money import Money
from tests.builders import NOW, PRICE
from tests.unit.payments.folding import PAYER, PAYER_WITH_ADDRESS
from tests.unit.payments.mercado_pago.rig import Rig


class TestAccept:
    def test_reais_of_a_boleto_s_ten_digits(self, pix: Rig) -> None:
        pix.gateway.accept(PRICE, CheckoutChoices())
        for money, code in ((Money(100, "USD"), "unsupported_currency"), (Money(10**10, "BRL"), "amount_over_limit")):
            with pytest.raises(Unprocessable) as refused:
                pix.gateway.accept(money, CheckoutChoices())
            assert refused.value.code == code

    @pytest.mark.parametrize(
        ("method", "days", "accepted"),
        [
            ("pix", 29, True),
            ("pix", 30, False),
            ("boleto", 29, True),
            ("boleto", 30, False),
            ("boleto", 4_000, False),
        ],
    )
    def test_a_due_date_within_thirty_days(self, method: str, days: int, accepted: bool) -> None:
        rig = Rig(method)
        payer = PAYER_WITH_ADDRESS if method == "boleto" else PAYER
        choices = CheckoutChoices(payer=payer, due_date=local_date(NOW) + timedelta(days=days))
        if accepted:
            rig.gateway.accept(PRICE, choices)
            return
        with pytest.raises(Unprocessable) as refused:
            rig.gateway.accept(PRICE, choices)
        assert (refused.value.code, refused.value.details["field"]) == ("due_date_too_far", "due_date")

    @pytest.mark.parametrize("payer", [PAYER, PAYER_WITH_ADDRESS], ids=["pix", "boleto"])
    def test_a_due_date_counts_as_it_will_be_moved(self, boleto: Rig, payer: Payer) -> None:
        boleto.clock.advance(3 * 86_400)
        saturday = local_date(boleto.clock.now()) + timedelta(days=29)
        assert saturday.isoformat() == "2026-12-26"
        boleto.gateway.accept(PRICE, CheckoutChoices(payer=payer, due_date=saturday - timedelta(days=2)))
        with pytest.raises(Unprocessable):
            boleto.gateway.accept(PRICE, CheckoutChoices(payer=payer, due_date=saturday))
