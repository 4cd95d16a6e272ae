"""Jinja2 at work: the receipt as HTML and as its plain-text twin. Only the mail worker imports this."""

from __future__ import annotations

import textwrap
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from commerce.messaging.catalog import words_for
from commerce.messaging.confirmation import TEMPLATE, OrderConfirmation
from commerce.messaging.model import Mail, Mailbox
from commerce.messaging.text import is_address, one_line
from commerce.messaging.view import receipt_of
from commerce.platform.errors import Unprocessable

WIDTH = 72
"""Columns of the plain-text twin: what a mail client shows without wrapping it once more."""

_TEMPLATES = Path(__file__).with_name("templates")


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters["row"] = _row
    environment.filters["wrapped"] = _wrapped
    return environment


def render_confirmation(confirmation: OrderConfirmation, store: str) -> Mail:
    """The mail that confirms an order, in the buyer's language.

    Raises:
        Unprocessable: `invalid_recipient` when the order's address cannot be mailed to.
    """
    if not is_address(confirmation.buyer_email):
        raise Unprocessable(
            f"The buyer's e-mail of order {confirmation.order_id} is not a mail address; correct it at its source.",
            code="invalid_recipient",
        )
    receipt = receipt_of(confirmation, words_for(confirmation.locale), store)
    return Mail(
        message_id=confirmation.request().message_id,
        order_id=confirmation.order_id,
        category=TEMPLATE,
        recipient=Mailbox(confirmation.buyer_email, one_line(confirmation.buyer_name, 100)),
        subject=receipt.subject,
        text=_ENVIRONMENT.get_template(f"{TEMPLATE}.txt").render(receipt=receipt, words=receipt.words),
        html=_ENVIRONMENT.get_template(f"{TEMPLATE}.html").render(receipt=receipt, words=receipt.words),
    )


def _row(label: str, amount: str) -> str:
    """`label` and `amount` at the two ends of a line; a long label wraps before the column of amounts."""
    room = max(WIDTH - len(amount) - 2, 20)
    *first, last = textwrap.wrap(label, room) or [""]
    return "\n".join([*first, last + " " * (WIDTH - len(last) - len(amount)) + amount])


def _wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH)


_ENVIRONMENT = _environment()
