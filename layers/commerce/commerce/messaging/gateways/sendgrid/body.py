"""A mail in SendGrid's words (Mail Send v3: tsg_mail_v3.json, PostMailSend). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from commerce.messaging.model import Mail, Mailbox
from commerce.messaging.text import is_address, one_line
from commerce.platform.errors import ConfigurationError, ProviderRefused

MAX_BYTES = 30 * 1024 * 1024
"""SendGrid's limit on the whole message; checked here so that nothing is sent only to be refused."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who the store's mail comes from.

    `dry_run` is SendGrid's sandbox mode: the mail is checked and thrown away.

    Raises:
        ConfigurationError: the address is not one.
    """

    mailbox: Mailbox
    reply_to: Mailbox | None = None
    dry_run: bool = False

    def __post_init__(self) -> None:
        for box in (self.mailbox, self.reply_to):
            if box is not None and not is_address(box.email):
                raise ConfigurationError(
                    "The address that mail is sent from is not a mail address. Set the parameter MailFromAddress to a "
                    "sender verified at SendGrid and deploy again: sam deploy --parameter-overrides "
                    "MailFromAddress=orders@your-domain.example"
                )


def mail_body(mail: Mail, sender: Sender) -> dict[str, Any]:
    """The JSON of one Mail Send request: one recipient, the plain text before the HTML (RFC 2046, section 5.1.4).

    Raises:
        ProviderRefused: `invalid_recipient` or `invalid_subject`, before any byte leaves.
    """
    if not is_address(mail.recipient.email):
        raise ProviderRefused("The recipient's address is not a mail address.", code="invalid_recipient")
    subject = one_line(mail.subject)
    if not subject:
        raise ProviderRefused("A mail needs a subject of at least one character.", code="invalid_subject")
    body: dict[str, Any] = {
        "personalizations": [
            {
                "to": [_mailbox(mail.recipient)],
                "custom_args": {"message_id": mail.message_id, "order_id": mail.order_id},
            }
        ],
        "from": _mailbox(sender.mailbox),
        "subject": subject,
        "content": [
            {"type": "text/plain", "value": mail.text},
            {"type": "text/html", "value": mail.html},
        ],
        "categories": [mail.category],
        # A receipt is not advertising: nobody counts when a buyer opens it.
        "tracking_settings": {
            "click_tracking": {"enable": False, "enable_text": False},
            "open_tracking": {"enable": False},
        },
    }
    if sender.reply_to is not None:
        body["reply_to"] = _mailbox(sender.reply_to)
    if sender.dry_run:
        body["mail_settings"] = {"sandbox_mode": {"enable": True}}
    return body


def _mailbox(box: Mailbox) -> dict[str, str]:
    """SendGrid refuses an empty name, and reads a comma or semicolon in a bare one as the start of another address."""
    name = one_line(box.name, 100).replace('"', "'").replace("\\", "/")
    if not name:
        return {"email": box.email}
    return {"email": box.email, "name": f'"{name}"' if {",", ";"} & set(name) else name}
