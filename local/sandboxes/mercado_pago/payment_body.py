"""The body of POST /v1/payments: what a Pix and a boleto need (reference "Create payment", guides of both)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from local.sandboxes.brazil.tax_ids import is_cnpj, is_cpf
from local.sandboxes.mercado_pago.amounts import cents_of, is_number
from local.sandboxes.mercado_pago.reading import Findings

METHODS = {"pix": "bank_transfer", "bolbradesco": "ticket"}
LONGEST_WAIT = timedelta(days=30)
USUAL_WAIT = {"pix": timedelta(hours=24), "bolbradesco": timedelta(days=3)}

_FIELDS = frozenset(
    {
        "additional_info", "date_of_expiration", "description", "external_reference", "installments", "metadata",
        "notification_url", "payer", "payment_method_id", "statement_descriptor", "transaction_amount",
    }
)  # fmt: skip
_PAYER = frozenset({"email", "first_name", "last_name", "identification", "address", "entity_type", "type"})
_IDENTIFICATION = frozenset({"type", "number"})
_ADDRESS = frozenset({"zip_code", "street_name", "street_number", "neighborhood", "city", "federal_unit"})
_ADDITIONAL_INFO = frozenset({"items", "payer", "shipments", "ip_address"})
_STATES = frozenset(
    {
        "AC", "AL", "AP", "AM", "BA", "CE", "DF", "ES", "GO", "MA", "MT", "MS", "MG", "PA",
        "PB", "PR", "PE", "PI", "RJ", "RN", "RS", "RO", "RR", "SC", "SP", "SE", "TO",
    }
)  # fmt: skip
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ZIP = re.compile(r"\d{5}-?\d{3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """A checked body. `cents` is the amount."""

    method: str
    cents: int
    expires: datetime
    payer: dict[str, Any]
    description: str | None
    external_reference: str | None
    notification_url: str | None
    metadata: dict[str, Any]


def read_payment(body: dict[str, Any], now: datetime) -> Asked:
    """
    Raises:
        Trouble: 400 with every cause that was found.
    """
    findings = Findings()
    findings.known(body, _FIELDS)
    method = _method(body, findings)
    asked = Asked(
        method=method,
        cents=_amount(body, findings),
        expires=_expires(body, method, now, findings),
        payer=_payer(body, method, findings),
        description=findings.text(body, "description", 1),
        external_reference=findings.text(body, "external_reference", 1),
        notification_url=_notification_url(body, findings),
        metadata=_metadata(body, findings),
    )
    findings.object(body, "additional_info", _ADDITIONAL_INFO, 1)
    findings.text(body, "statement_descriptor", 1, longest=22)
    if body.get("installments", 1) != 1:
        findings.add(4033, "Invalid installments")
    findings.close()
    return asked


def _method(body: dict[str, Any], findings: Findings) -> str:
    method = body.get("payment_method_id")
    if method is None:
        findings.add(4001, "payment_method_id attribute can't be null")
    elif method not in METHODS:
        findings.add(3028, "Invalid payment_method_id")
    else:
        return str(method)
    return "pix"


def _amount(body: dict[str, Any], findings: Findings) -> int:
    value = body.get("transaction_amount")
    cents = cents_of(value)
    if value is None:
        findings.add(4002, "transaction_amount attribute can't be null")
    elif not is_number(value):
        findings.add(4003, "transaction_amount attribute must be numeric")
    elif cents is None:
        findings.add(4037, "Invalid transaction_amount")
    return cents or 0


def _expires(body: dict[str, Any], method: str, now: datetime, findings: Findings) -> datetime:
    text = body.get("date_of_expiration")
    if text is None:
        return now + USUAL_WAIT[method]
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) and _MOMENT.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None:
        findings.add(
            23, "The following parameters must be valid date and format (yyyy-MM-dd'T'HH:mm:ssz) date_of_expiration"
        )
        return now
    if not now < moment <= now + LONGEST_WAIT:
        findings.add(7523, "Invalid expiration date")
    return moment


def _payer(body: dict[str, Any], method: str, findings: Findings) -> dict[str, Any]:
    payer: dict[str, Any] = findings.object(body, "payer", _PAYER, 4006)
    email = payer.get("email")
    if not isinstance(email, str) or not _EMAIL.fullmatch(email):
        findings.add(4050, "payer.email must be a valid email")
    elif len(email) >= 254:
        findings.add(4051, "payer.email must be shorter than 254 characters")
    for name in ("first_name", "last_name"):
        findings.text(payer, name, 4006, at="payer.")
    _identification(payer, findings)
    address = findings.object(payer, "address", _ADDRESS, 4006, "payer.")
    for name in sorted(_ADDRESS):
        findings.text(address, name, 4006, at="payer.address.")
    if "zip_code" in address and not _ZIP.fullmatch(str(address["zip_code"])):
        findings.add(4006, "payer.address.zip_code attribute must have 8 digits")
    if "federal_unit" in address and address["federal_unit"] not in _STATES:
        findings.add(4006, "payer.address.federal_unit attribute must be the two letters of a state")
    if method == "bolbradesco":
        _whole(payer, address, findings)
    return payer


def _whole(payer: dict[str, Any], address: dict[str, Any], findings: Findings) -> None:
    """A boleto is registered with a bank, which wants to know who pays and where that person lives."""
    missing = [f"payer.{name}" for name in ("first_name", "last_name", "identification") if payer.get(name) is None]
    missing += [f"payer.address.{name}" for name in sorted(_ADDRESS) if address.get(name) is None]
    for name in missing:
        findings.add(4006, f"{name} attribute can't be null")


def _identification(payer: dict[str, Any], findings: Findings) -> None:
    if payer.get("identification") is None:
        return
    identification = findings.object(payer, "identification", _IDENTIFICATION, 4006, "payer.")
    check = {"CPF": is_cpf, "CNPJ": is_cnpj}.get(str(identification.get("type")))
    number = identification.get("number")
    if check is None:
        findings.add(4006, "payer.identification.type attribute must be CPF or CNPJ")
    elif not isinstance(number, str) or not check(number):
        findings.add(2067, "Invalid user identification number")


def _notification_url(body: dict[str, Any], findings: Findings) -> str | None:
    url = body.get("notification_url")
    if url is None:
        return None
    parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
    if not parts.hostname or (parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost")):
        findings.add(4020, "notification_url attribute must be url valid")
    elif len(url) >= 500:
        findings.add(4021, "notification_url attribute must be shorter than 500 character")
    return str(url)


def _metadata(body: dict[str, Any], findings: Findings) -> dict[str, Any]:
    metadata = body.get("metadata", {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str | int | bool) for value in metadata.values()):
        findings.add(4022, "metadata attribute must be a valid JSON")
        return {}
    # Mercado Pago writes the names in snake_case, whatever they were sent as.
    return {re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower(): value for name, value in metadata.items()}
