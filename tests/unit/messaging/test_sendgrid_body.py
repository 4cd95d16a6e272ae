from __future__ import annotations

from dataclasses import replace

import pytest

from commerce.messaging.gateways.sendgrid.body import Sender, mail_body
from commerce.messaging.model import Mailbox
from commerce.platform.errors import ConfigurationError, ProviderRefused
from tests.unit.messaging.samples import MAIL

SENDER = Sender(Mailbox("orders@store.example", "Casa do Café"))


def test_the_whole_body() -> None:
    assert mail_body(MAIL, SENDER) == {
        "personalizations": [
            {
                "to": [{"email": "ana@example.com", "name": "Ana Beatriz de Souza"}],
                "custom_args": {"message_id": "msg_abc", "order_id": "order-2042"},
            }
        ],
        "from": {"email": "orders@store.example", "name": "Casa do Café"},
        "subject": "Seu pedido order-2042 está confirmado",
        "content": [
            {"type": "text/plain", "value": "Obrigado, Ana!"},
            {"type": "text/html", "value": "<p>Obrigado, Ana!</p>"},
        ],
        "categories": ["order_confirmation"],
        "tracking_settings": {
            "click_tracking": {"enable": False, "enable_text": False},
            "open_tracking": {"enable": False},
        },
    }


def test_replies_and_dry_runs_are_asked_for_only_when_set() -> None:
    body = mail_body(MAIL, replace(SENDER, reply_to=Mailbox("help@store.example"), dry_run=True))
    assert body["reply_to"] == {"email": "help@store.example"}
    assert body["mail_settings"] == {"sandbox_mode": {"enable": True}}


@pytest.mark.invariant("MSG-07")
def test_no_line_break_reaches_a_header() -> None:
    hostile = replace(
        MAIL, subject="Pedido\r\nBcc: x@example.com", recipient=Mailbox("ana@example.com", "Ana\nBcc: x@example.com")
    )
    body = mail_body(hostile, SENDER)
    assert body["subject"] == "Pedido Bcc: x@example.com"
    assert body["personalizations"][0]["to"] == [{"email": "ana@example.com", "name": "Ana Bcc: x@example.com"}]


@pytest.mark.parametrize(
    ("name", "sent"),
    [("Souza, Ana", '"Souza, Ana"'), ('Ana "A" Souza; x@y.example', "\"Ana 'A' Souza; x@y.example\"")],
)
def test_a_name_that_reads_like_a_list_is_quoted(name: str, sent: str) -> None:
    to = mail_body(replace(MAIL, recipient=Mailbox("ana@example.com", name)), SENDER)["personalizations"][0]["to"]
    assert to == [{"email": "ana@example.com", "name": sent}]


@pytest.mark.parametrize("name", ["", "\r\n", "   "])
def test_an_empty_name_is_left_out(name: str) -> None:
    to = mail_body(replace(MAIL, recipient=Mailbox("ana@example.com", name)), SENDER)["personalizations"][0]["to"]
    assert to == [{"email": "ana@example.com"}]


@pytest.mark.invariant("MSG-07")
@pytest.mark.parametrize("email", ["", "ana", "ana@example.com\r\nBcc: x@example.com", "a@b.example, c@d.example"])
def test_a_wrong_recipient_is_refused_before_anything_is_sent(email: str) -> None:
    with pytest.raises(ProviderRefused) as refused:
        mail_body(replace(MAIL, recipient=Mailbox(email)), SENDER)
    assert refused.value.code == "invalid_recipient"


def test_a_mail_without_a_subject_is_refused() -> None:
    with pytest.raises(ProviderRefused):
        mail_body(replace(MAIL, subject="\r\n"), SENDER)


@pytest.mark.parametrize("email", ["", "orders", "orders@store.example\n"])
def test_a_wrong_sender_says_which_parameter_to_set(email: str) -> None:
    with pytest.raises(ConfigurationError, match="MailFromAddress"):
        Sender(Mailbox(email))
