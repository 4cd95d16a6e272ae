"""What a CEP adds to what somebody typed. It fills what is empty and changes nothing that is not (ADR-04)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType

from commerce.addresses.book_model import AddressFields, Check, CheckStatus, Completed, Conflict
from commerce.addresses.folding import folded, same_place
from commerce.addresses.model import CepAddress
from commerce.addresses.states import STATES

_FROM_CEP: Mapping[str, str] = MappingProxyType(
    {"state": "uf", "city": "localidade", "district": "bairro", "line1": "logradouro"}
)
"""Ours -> ViaCEP's. Not `complemento`: it says which part of the street the CEP covers, not which apartment."""


def autofill(typed: AddressFields, found: CepAddress, source: str) -> Completed:
    """Fill `typed` in from `found`, and report where the two differ."""
    known = {field: str(getattr(found, theirs)) for field, theirs in _FROM_CEP.items()}
    words = {field: value for field, value in asdict(typed).items() if field in known}
    filled = {field: value for field, value in known.items() if value and not words[field]}
    conflicts = tuple(
        Conflict(field, words[field], value)
        for field, value in known.items()
        if value and words[field] and not _agree(field, words[field], value)
    )
    check = Check(
        CheckStatus.FOUND,
        precision=found.precision,
        source=source,
        ibge=found.ibge,
        filled=tuple(filled),
        conflicts=conflicts,
    )
    return Completed(AddressFields(**{**asdict(typed), **filled}), check)


def _agree(field: str, typed: str, found: str) -> bool:
    if field == "state":
        return folded(typed) in (folded(found), folded(STATES[found]))
    return same_place(typed, found)
