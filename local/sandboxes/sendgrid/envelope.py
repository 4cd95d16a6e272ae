"""The rules of `personalizations`: who gets the mail, and what travels with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from local.sandboxes.sendgrid.findings import Findings

_KNOWN = [
    "from",
    "to",
    "cc",
    "bcc",
    "subject",
    "headers",
    "substitutions",
    "dynamic_template_data",
    "custom_args",
    "send_at",
]
_RESERVED_HEADERS = frozenset(
    [
        "x-sg-id",
        "x-sg-eid",
        "received",
        "dkim-signature",
        "content-type",
        "content-transfer-encoding",
        "to",
        "from",
        "subject",
        "reply-to",
        "cc",
        "bcc",
    ]
)
_MOST_RECIPIENTS = 1000
_MOST_ARGUMENT_BYTES = 10_000
_LONGEST_DELAY = 72 * 3600


def check_personalizations(body: Mapping[str, Any], found: Findings, now: datetime) -> None:
    people = found.items(body.get("personalizations"), "personalizations", least=1, most=1000)
    total = 0
    for number, person in enumerate(people):
        field = f"personalizations.{number}"
        known = found.mapping(person, field, _KNOWN)
        total += _check_recipients(known, found, field)
        if "from" in known:
            found.mailbox(known["from"], f"{field}.from")
        if "subject" in known:
            found.text(known["subject"], f"{field}.subject", one_line=True)
        check_arguments({**_arguments(body), **_arguments(known)}, found, f"{field}.custom_args")
        check_custom_args(known, found, f"{field}.custom_args")
        check_headers(known, found, f"{field}.headers")
        check_send_at(known, found, f"{field}.send_at", now)
    if total > _MOST_RECIPIENTS:
        found.add("personalizations", f"There is a limit of {_MOST_RECIPIENTS} recipients in all per request.")


def _check_recipients(person: Mapping[str, Any], found: Findings, field: str) -> int:
    seen: set[str] = set()
    count = 0
    for kind in ("to", "cc", "bcc"):
        if kind not in person and kind != "to":
            continue
        boxes = found.items(person.get(kind), f"{field}.{kind}", least=1, most=_MOST_RECIPIENTS)
        count += len(boxes)
        for number, box in enumerate(boxes):
            address = found.mailbox(box, f"{field}.{kind}.{number}")
            if address and address in seen:
                found.add(f"{field}.{kind}", "Each address may be given once among to, cc and bcc.")
            seen.add(address)
    return count


def check_custom_args(holder: Mapping[str, Any], found: Findings, field: str) -> None:
    if "custom_args" not in holder:
        return
    arguments = holder["custom_args"]
    if not isinstance(arguments, dict) or not arguments:
        found.add(field, "This must be an object with at least one value.")
    elif not all(isinstance(value, str) for value in arguments.values()):
        found.add(field, "All values must be strings.")


def check_arguments(arguments: Mapping[str, Any], found: Findings, field: str) -> None:
    """The size counts after merging the message's arguments with the personalization's."""
    if len(json.dumps(arguments, ensure_ascii=False).encode()) > _MOST_ARGUMENT_BYTES:
        found.add(field, f"The merged arguments are limited to {_MOST_ARGUMENT_BYTES} bytes.")


def check_headers(holder: Mapping[str, Any], found: Findings, field: str) -> None:
    headers = holder.get("headers", {})
    if not isinstance(headers, dict):
        found.add(field, "This must be an object.")
        return
    for name, value in headers.items():
        if not name.isascii() or " " in name or name.lower() in _RESERVED_HEADERS:
            found.add(field, "A header's name is ASCII without blanks and none of the reserved ones.")
        found.text(value, field, least=0, one_line=True)


def check_send_at(holder: Mapping[str, Any], found: Findings, field: str, now: datetime) -> None:
    moment = holder.get("send_at", 0)
    if type(moment) is not int:
        found.add(field, "This must be a Unix timestamp as an integer.")
    elif moment > now.timestamp() + _LONGEST_DELAY:
        found.add(field, "Scheduling more than 72 hours in advance is forbidden.")


def _arguments(holder: Mapping[str, Any]) -> dict[str, Any]:
    arguments = holder.get("custom_args")
    return arguments if isinstance(arguments, dict) else {}
