"""What is wrong with a request body, collected field by field in SendGrid's error shape."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from local.sandboxes.kernel.answer import Answer, json_answer

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\]+", re.ASCII)
_LONGEST_ADDRESS = 320
_HELP = "https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors"


def errors_answer(status: int, message: str, field: str | None = None, help_: str | None = None) -> Answer:
    """An answer with one error (ErrorResponse of tsg_mail_v3.json; `help` is a text or null in practice)."""
    return json_answer({"errors": [{"message": message, "field": field, "help": help_}]}, status)


class Findings:
    """Collects errors; `answer()` is the 400 they make, None when there are none."""

    def __init__(self) -> None:
        self._errors: list[dict[str, str | None]] = []

    def add(self, field: str, message: str) -> None:
        self._errors.append({"message": message, "field": field, "help": f"{_HELP}#{re.sub(r'[.][0-9]+', '', field)}"})

    def answer(self) -> Answer | None:
        return json_answer({"errors": self._errors}, 400) if self._errors else None

    def mapping(self, value: object, field: str, known: Collection[str]) -> dict[str, Any]:
        """`value` when it is an object of known keys; an empty one, and a finding, when it is not."""
        if not isinstance(value, dict):
            self.add(field, "This must be an object.")
            return {}
        for name in value:
            if name not in known:
                self.add(f"{field}.{name}".lstrip("."), "This parameter is not known.")
        return value

    def items(self, value: object, field: str, *, most: int, least: int = 0) -> list[Any]:
        if not isinstance(value, list):
            self.add(field, "This must be an array.")
            return []
        if not least <= len(value) <= most:
            self.add(field, f"Between {least} and {most} are allowed here; {len(value)} were given.")
        return value

    def text(
        self, value: object, field: str, *, least: int = 1, most: int | None = None, one_line: bool = False
    ) -> str:
        if not isinstance(value, str) or len(value) < least:
            self.add(field, f"This must be a string of at least {least} characters.")
            return ""
        if most is not None and len(value) > most:
            self.add(field, f"This must not be longer than {most} characters.")
        if one_line and re.search(r"[\r\n]", value):
            self.add(field, "This cannot contain CR or LF.")
        return value

    def switch(self, value: object, field: str) -> bool:
        """SendGrid takes a JSON boolean and nothing that looks like one."""
        if not isinstance(value, bool):
            self.add(field, "This must be a boolean.")
        return value is True

    def mailbox(self, value: object, field: str) -> str:
        """The address of an e-mail object, lower case; empty when there is none."""
        box = self.mapping(value, field, ("email", "name"))
        email = box.get("email")
        if not isinstance(email, str) or _ADDRESS.fullmatch(email) is None:
            self.add(f"{field}.email", "A valid e-mail address is required.")
            return ""
        if len(email) > _LONGEST_ADDRESS:
            self.add(f"{field}.email", f"An address is at most {_LONGEST_ADDRESS} characters long.")
        if "name" in box:
            self.text(box["name"], f"{field}.name", one_line=True)
        return email.lower()
