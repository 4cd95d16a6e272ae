"""A confirmation to change one thing of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from commerce.messaging.confirmation import Destination, Line, OrderConfirmation, PaidWith
from commerce.messaging.model import Mail, Mailbox
from commerce.platform.money import Money

NOW = datetime(2026, 11, 24, 17, 42, tzinfo=UTC)

CONFIRMATION = OrderConfirmation(
    order_id="order-2042",
    buyer_name="Ana Beatriz de Souza",
    buyer_email="ana@example.com",
    locale="pt-BR",
    lines=(Line("CAF-250", "Café da Serra", 4290, 2), Line("COA-V60", "Coador V60", 11900, 1)),
    total=Money(22380, "BRL"),
    paid=Money(22380, "BRL"),
    paid_at=NOW,
    destination=Destination(
        line1="Rua Augusta",
        number="1508",
        line2="ap. 42",
        district="Consolação",
        city="São Paulo",
        state="SP",
        postal_code="01305-000",
        country="BR",
    ),
    paid_with=PaidWith("card", "visa", "4242"),
)

MAIL = Mail(
    message_id="msg_abc",
    order_id="order-2042",
    category="order_confirmation",
    recipient=Mailbox("ana@example.com", "Ana Beatriz de Souza"),
    subject="Seu pedido order-2042 está confirmado",
    text="Obrigado, Ana!",
    html="<p>Obrigado, Ana!</p>",
)


def confirmation(**changes: Any) -> OrderConfirmation:
    return replace(CONFIRMATION, **changes)
