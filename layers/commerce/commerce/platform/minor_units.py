"""Between our minor units (ISO 4217) and a provider's, by tables; floats appear nowhere (PAY-24)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from commerce.platform.currencies import EXPONENTS
from commerce.platform.errors import Unprocessable
from commerce.platform.money import Money


@dataclass(frozen=True, slots=True)
class ProviderUnits:
    """How one provider writes amounts.

    Args:
        provider: its name in messages.
        exponents: decimal digits of the provider's unit where they differ from ISO 4217; and, with `only`, all of them.
        steps: the smallest step in the provider's units where it is not 1: 10 for KWD at Stripe, 100 for ISK there.
        currencies: those the provider takes; None means every currency of ISO 4217.
    """

    provider: str
    exponents: Mapping[str, int] = field(default_factory=dict)
    steps: Mapping[str, int] = field(default_factory=dict)
    currencies: frozenset[str] | None = None

    def to_provider(self, money: Money) -> int:
        """The amount in the provider's units, exactly.

        Raises:
            Unprocessable: `unsupported_currency`, or `amount_too_precise` when the provider cannot say it exactly.
        """
        amount, rest = _scaled(money.amount, self._exponent(money.currency) - money.exponent)
        if rest or amount % self.steps.get(money.currency, 1):
            raise Unprocessable(
                f"{self.provider} cannot take this {money.currency} amount exactly; use fewer decimal digits.",
                code="amount_too_precise",
                details={"field": "amount", "currency": money.currency, "amount": money.amount},
            )
        return amount

    def from_provider(self, amount: int, currency: str) -> Money:
        """What the provider wrote, in our units; `currency` in either case.

        Raises:
            Unprocessable: as `to_provider`.
        """
        code = currency.upper()
        units, rest = _scaled(amount, EXPONENTS.get(code, 0) - self._exponent(code))
        if rest:
            raise Unprocessable(
                f"{self.provider} reported a {code} amount finer than ISO 4217 allows.",
                code="amount_too_precise",
                details={"currency": code},
            )
        return Money(units, code)

    def _exponent(self, currency: str) -> int:
        known = EXPONENTS if self.currencies is None else self.currencies
        if currency not in known or currency not in EXPONENTS:
            raise Unprocessable(
                f"{self.provider} does not take {currency[:8]}.",
                code="unsupported_currency",
                details={"field": "currency", "currency": currency[:8]},
            )
        return self.exponents.get(currency, EXPONENTS[currency])


def _scaled(amount: int, digits: int) -> tuple[int, int]:
    """`amount` with so many decimal digits more (or fewer), and what that cuts off."""
    if digits >= 0:
        return amount * int("1" + "0" * digits), 0
    return divmod(amount, int("1" + "0" * -digits))
