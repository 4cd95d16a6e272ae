"""From what somebody typed to what is saved: checked, filled in, and never kept from being saved by a provider."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from commerce.addresses.autofill import autofill
from commerce.addresses.book_model import BRAZIL, AddressFields, Check, CheckStatus, Completed
from commerce.addresses.cep import parse_cep, written
from commerce.addresses.countries import check_postal_code, rules_of
from commerce.addresses.model import CepAnswer
from commerce.addresses.states import parse_state
from commerce.platform.errors import ProviderError, ProviderUnavailable, Unprocessable
from commerce.platform.observability import log_failure

RETRY_SECONDS = 30

type FindCep = Callable[[str], CepAnswer]


def complete(typed: AddressFields, find: FindCep) -> Completed:
    """Args:
        find: looks eight digits up; a failure of it is written down, not passed on.

    Raises:
        BadRequest: `malformed_cep`.
        Unprocessable: `unknown_country`, `unknown_state`, `postal_code_invalid`; `address_incomplete` when neither the
            person nor the CEP says what an address there cannot do without.
        ProviderUnavailable: `cep_sources_unavailable`, with `retry_after`; the CEP might have said it, and cannot be
            looked up right now.
    """
    completed = _in_brazil(typed, find) if typed.country == BRAZIL else _abroad(typed)
    # A town's one CEP names no street: that stays for the buyer to type, and nothing stands in their way (ADR-03).
    needed = ("city", "state") if typed.country == BRAZIL else sorted(rules_of(typed.country).required | {"line1"})
    missing = [name for name in needed if not getattr(completed.fields, name)]
    if missing:
        raise _incomplete(missing, completed.check.status)
    return completed


def _in_brazil(typed: AddressFields, find: FindCep) -> Completed:
    cep = parse_cep(typed.postal_code, field="postal_code")
    if typed.state:
        parse_state(typed.state)
    typed = replace(typed, postal_code=written(cep))
    try:
        answer = find(cep)
    except ProviderError as error:
        log_failure("address saved without its CEP checked", error)
        return Completed(typed, Check(CheckStatus.UNAVAILABLE))
    if answer.address is None:
        return Completed(typed, Check(CheckStatus.NOT_FOUND, source=answer.source))
    return autofill(typed, answer.address, answer.source)


def _abroad(typed: AddressFields) -> Completed:
    check_postal_code(typed.country, typed.postal_code)
    return Completed(typed)


_WHY = {
    CheckStatus.NOT_FOUND: " Nobody knows the CEP: check it, or type the address in full.",
    CheckStatus.UNAVAILABLE: " The CEP cannot be looked up right now: type the address in full, or try again shortly.",
}


def _incomplete(missing: list[str], status: CheckStatus) -> Unprocessable | ProviderUnavailable:
    message = f"{' and '.join(missing)} must be given.{_WHY.get(status, '')}"
    details = {"fields": [{"field": name, "problem": "is required"} for name in missing], "cep": status.value}
    if status is CheckStatus.UNAVAILABLE:
        return ProviderUnavailable(message, code="cep_sources_unavailable", details=details, retry_after=RETRY_SECONDS)
    return Unprocessable(message, code="address_incomplete", details=details)
