"""A CEP's address as it is kept in a table and as JSON shows it: ViaCEP's fields, the empty ones too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from commerce.addresses.cep import written
from commerce.addresses.model import CepAddress

_MISSING = "missing"


def row_of(address: CepAddress | None) -> dict[str, Any]:
    """None, for a CEP that does not exist, is kept as well."""
    if address is None:
        return {_MISSING: True}
    return {name: value for name, value in asdict(address).items() if value}


def address_from_row(row: Mapping[str, Any]) -> CepAddress | None:
    if row.get(_MISSING):
        return None
    return CepAddress(**{name: row[name] for name in CepAddress.__dataclass_fields__ if name in row})


def address_view(address: CepAddress) -> dict[str, str]:
    """ViaCEP's fields and spelling, with `precision`."""
    return {**asdict(address), "cep": written(address.cep), "precision": address.precision.value}
