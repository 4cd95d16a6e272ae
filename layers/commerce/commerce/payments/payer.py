"""Who pays a Pix or a boleto: banks want a name and a tax number, and for a boleto a whole address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from commerce.orders.model import Address


@dataclass(frozen=True, slots=True)
class Payer:
    """`tax_id` is a CPF or CNPJ without punctuation; the CNPJ may hold capital letters (since July 2026)."""

    name: str
    tax_id: str
    email: str
    address: Address | None = None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Payer:
        address = row.get("address")
        return cls(
            name=row["name"],
            tax_id=row["tax_id"],
            email=row["email"],
            address=None if address is None else Address(**address),
        )

    @property
    def is_company(self) -> bool:
        """A CNPJ has 14 characters, a CPF eleven."""
        return len(self.tax_id) == 14
