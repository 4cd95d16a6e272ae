"""Money is an integer of minor units with its currency; floats appear nowhere."""

from __future__ import annotations

from dataclasses import dataclass

from commerce.platform.currencies import EXPONENTS
from commerce.platform.errors import Unprocessable


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the minor units of ISO 4217 (cents for BRL, yen for JPY, fils for KWD).

    Raises:
        Unprocessable: `unsupported_currency`, or `invalid_amount` for anything but an int.
    """

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in EXPONENTS:
            raise Unprocessable(
                f"Currency {self.currency[:8]!r} is not an ISO 4217 code in use; write it as in BRL.",
                code="unsupported_currency",
            )
        if type(self.amount) is not int:
            raise Unprocessable("An amount is a whole number of minor units.", code="invalid_amount")

    @property
    def exponent(self) -> int:
        return EXPONENTS[self.currency]

    def with_amount(self, amount: int) -> Money:
        return Money(amount, self.currency)
