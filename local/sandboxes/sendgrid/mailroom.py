"""The mails that the sandbox accepted, in memory and, if it was given a folder, as files that a person can open."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from commerce.platform.clock import iso


@dataclass(frozen=True, slots=True)
class SentMail:
    """One accepted mail: one personalization of one request.

    `message_id` is SendGrid's own (X-Message-Id); `arguments` are the merged custom_args, ours among them.
    """

    number: int
    message_id: str
    accepted_at: datetime
    sender: Mapping[str, str]
    to: tuple[Mapping[str, str], ...]
    subject: str
    text: str
    html: str
    categories: tuple[str, ...]
    arguments: Mapping[str, str]
    request: Mapping[str, Any]
    files: dict[str, Path] = field(default_factory=dict)

    def summary(self) -> dict[str, object]:
        """What `GET /_sandbox/mail` lists."""
        return {
            "number": self.number,
            "message_id": self.message_id,
            "accepted_at": iso(self.accepted_at),
            "to": [box["email"] for box in self.to],
            "subject": self.subject,
            "custom_args": dict(self.arguments),
            "files": {kind: str(path) for kind, path in self.files.items()},
        }


class Mailroom:
    """Keeps mails in the order in which they were accepted.

    Args:
        folder: where `<number>-<hash of the recipients>.html`, `.txt` and `.json` are written; None writes nothing.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.sent: list[SentMail] = []
        self.checked = 0
        """Requests in sandbox mode: valid, and thrown away."""

    def accept(self, body: Mapping[str, Any], now: datetime) -> str:
        """Take a valid body; the id is the same for all its personalizations."""
        message_id = hashlib.sha256(f"{len(self.sent)} {iso(now)}".encode()).hexdigest()[:22]
        for person in body["personalizations"]:
            self.sent.append(self._mail(body, person, message_id, now))
        return message_id

    def copies(self, argument: str = "message_id") -> Counter[str]:
        """How many mails carry each value of a custom argument."""
        return Counter(mail.arguments[argument] for mail in self.sent if argument in mail.arguments)

    def duplicates(self) -> dict[str, int]:
        """Our message ids that were accepted more than once, and how often."""
        return {message_id: count for message_id, count in self.copies().items() if count > 1}

    def for_order(self, order_id: str) -> list[SentMail]:
        return [mail for mail in self.sent if mail.arguments.get("order_id") == order_id]

    def clear(self) -> None:
        """Forget every mail and remove the files that were written for them."""
        for path in self._files():
            path.unlink(missing_ok=True)
        self.sent.clear()
        self.checked = 0

    def _files(self) -> Iterator[Path]:
        for mail in self.sent:
            yield from mail.files.values()

    def _mail(self, body: Mapping[str, Any], person: Mapping[str, Any], message_id: str, now: datetime) -> SentMail:
        content = {part["type"]: part["value"] for part in body.get("content", [])}
        mail = SentMail(
            number=len(self.sent) + 1,
            message_id=message_id,
            accepted_at=now,
            sender=person.get("from", body["from"]),
            to=tuple(person["to"]),
            subject=person.get("subject", body.get("subject", "")),
            text=content.get("text/plain", ""),
            html=content.get("text/html", ""),
            categories=tuple(body.get("categories", ())),
            arguments={**body.get("custom_args", {}), **person.get("custom_args", {})},
            request=body,
        )
        return mail if self.folder is None else _written(mail, self.folder)


def _written(mail: SentMail, folder: Path) -> SentMail:
    folder.mkdir(parents=True, exist_ok=True)
    recipients = ",".join(box["email"] for box in mail.to)
    stem = f"{mail.number:04d}-{hashlib.sha256(recipients.encode()).hexdigest()[:8]}"
    texts = {
        "html": mail.html,
        "txt": f"Subject: {mail.subject}\n\n{mail.text}",
        "json": json.dumps(mail.request, ensure_ascii=False, indent=2),
    }
    for kind, text in texts.items():
        (folder / f"{stem}.{kind}").write_text(text, encoding="utf-8")
        mail.files[kind] = (folder / f"{stem}.{kind}").resolve()
    return mail
