from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests

from commerce.platform.clock import ManualClock
from local.sandboxes.kernel.adapter import WsgiAdapter
from local.sandboxes.kernel.clock import from_epoch
from local.sandboxes.sendgrid.sandbox import API_KEY, SEND, SendGridSandbox

BASE = "https://sendgrid.example"
NOW = 1_790_000_000
BODY: dict[str, Any] = {
    "personalizations": [{"to": [{"email": "ana@example.com", "name": "Ana"}], "custom_args": {"message_id": "msg_1"}}],
    "from": {"email": "orders@store.example", "name": "Store"},
    "subject": "Hello",
    "content": [{"type": "text/plain", "value": "Hi"}, {"type": "text/html", "value": "<p>Hi</p>"}],
}
PLAIN, HTML = BODY["content"]


class Client:
    def __init__(self, sandbox: SendGridSandbox) -> None:
        self.session = requests.Session()
        self.session.mount(BASE, WsgiAdapter(sandbox))
        self.session.headers["Authorization"] = f"Bearer {API_KEY}"

    def send(self, body: Any = None, **changes: Any) -> requests.Response:
        return self.session.post(BASE + SEND, json=BODY | changes if body is None else body, timeout=5)

    def get(self, path: str) -> Any:
        return self.session.get(BASE + path, timeout=5).json()


@pytest.fixture
def sandbox(tmp_path: Path) -> SendGridSandbox:
    return SendGridSandbox(mail_folder=tmp_path / "mail", clock=ManualClock(from_epoch(NOW)))


@pytest.fixture
def client(sandbox: SendGridSandbox) -> Client:
    return Client(sandbox)


def person(**changes: Any) -> dict[str, Any]:
    return {"personalizations": [BODY["personalizations"][0] | changes]}


def test_a_valid_mail_is_accepted_and_kept(client: Client, sandbox: SendGridSandbox) -> None:
    answer = client.send()
    assert (answer.status_code, answer.content) == (202, b"")
    (mail,) = sandbox.state.sent
    assert answer.headers["X-Message-Id"] == mail.message_id
    assert (mail.subject, mail.text, mail.html) == ("Hello", "Hi", "<p>Hi</p>")
    assert mail.arguments == {"message_id": "msg_1"}


def test_each_personalization_is_a_mail_with_its_own_arguments(client: Client, sandbox: SendGridSandbox) -> None:
    people = [
        {"to": [{"email": "a@example.com"}], "custom_args": {"order_id": "order-1"}},
        {"to": [{"email": "b@example.com"}], "subject": "For you"},
    ]
    client.send(personalizations=people, custom_args={"order_id": "order-0"})
    first, second = sandbox.state.sent
    assert (first.arguments, second.arguments) == ({"order_id": "order-1"}, {"order_id": "order-0"})
    assert (first.subject, second.subject) == ("Hello", "For you")
    assert first.message_id == second.message_id
    assert [mail.number for mail in sandbox.state.for_order("order-1")] == [1]


def test_there_is_no_idempotency_so_a_repeat_is_a_duplicate(client: Client, sandbox: SendGridSandbox) -> None:
    ids = {client.send().headers["X-Message-Id"] for _ in range(3)}
    assert len(ids) == 3
    assert sandbox.state.duplicates() == {"msg_1": 3}
    assert client.get("/_sandbox/books") == {
        "sent": 3,
        "checked": 0,
        "copies": {"msg_1": 3},
        "duplicates": {"msg_1": 3},
    }


def test_accepted_mails_can_be_opened_as_files(client: Client) -> None:
    client.send(subject="Olá, São Paulo")
    (listed,) = client.get("/_sandbox/mail")
    files = {kind: Path(path) for kind, path in listed["files"].items()}
    assert set(files) == {"html", "txt", "json"}
    assert files["html"].read_text(encoding="utf-8") == "<p>Hi</p>"
    assert files["txt"].read_text(encoding="utf-8") == "Subject: Olá, São Paulo\n\nHi"
    assert "ana@example.com" in files["json"].read_text(encoding="utf-8")
    assert "ana" not in files["html"].name
    assert (listed["to"], listed["subject"]) == (["ana@example.com"], "Olá, São Paulo")


def test_a_reset_forgets_the_mails_and_their_files(client: Client, sandbox: SendGridSandbox) -> None:
    client.send()
    client.session.post(f"{BASE}/_sandbox/reset", timeout=5)
    assert sandbox.state.sent == []
    assert sandbox.state.folder is not None
    assert list(sandbox.state.folder.iterdir()) == []
    client.send()
    assert [mail.number for mail in sandbox.state.sent] == [1]


def test_without_a_folder_nothing_is_written() -> None:
    sandbox = SendGridSandbox()
    assert Client(sandbox).send().status_code == 202
    assert sandbox.state.sent[0].files == {}


def test_sandbox_mode_checks_and_keeps_nothing(client: Client, sandbox: SendGridSandbox) -> None:
    settings = {"mail_settings": {"sandbox_mode": {"enable": True}}}
    assert client.send(**settings).status_code == 200
    assert (sandbox.state.sent, sandbox.state.checked) == ([], 1)
    assert client.send(**settings, subject="").status_code == 400


@pytest.mark.parametrize("header", [None, "", "Bearer SG.other", "Basic SG.sandbox", "SG.sandbox"])
def test_without_the_key_nothing_is_read(client: Client, sandbox: SendGridSandbox, header: str | None) -> None:
    client.session.headers["Authorization"] = header  # type: ignore[assignment]  # None takes the header away
    answer = client.send()
    assert answer.status_code == 401
    assert answer.json() == {"errors": [{"message": "authorization required", "field": None, "help": None}]}
    assert sandbox.state.sent == []


def test_only_verified_senders_may_send() -> None:
    client = Client(SendGridSandbox(verified_senders=["orders@store.example"]))
    assert client.send().status_code == 202
    refused = client.send(**{"from": {"email": "ceo@store.example"}})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (403, "from")


def test_the_rate_limit_counts_by_the_second_and_says_so() -> None:
    clock = ManualClock(from_epoch(NOW))
    client = Client(SendGridSandbox(rate_limit=2, clock=clock))
    answers = [client.send() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert answers[2].headers["X-RateLimit-Reset"] == str(NOW + 1)
    clock.advance(1)
    assert client.send().status_code == 202


def test_other_methods_and_bodies_are_named(client: Client) -> None:
    def post(data: bytes, kind: str = "application/json") -> int:
        return client.session.post(BASE + SEND, data=data, headers={"Content-Type": kind}, timeout=5).status_code

    assert client.session.get(BASE + SEND, timeout=5).status_code == 405
    assert post(b"{}", "text/plain") == 415
    assert post(b'"\xff"') == 415
    assert post(b"{") == 400
    assert post(b"[]") == 400
    assert post(b"[" * 100_000) == 400
    assert post(b" " * (30 * 1024 * 1024 + 1)) == 413


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"personalizations": []}, "personalizations"),
        ({"personalizations": [{}] * 1001}, "personalizations"),
        ({"personalizations": {}}, "personalizations"),
        ({"personalizations": [{"cc": [{"email": "a@b.example"}]}]}, "personalizations.0.to"),
        (person(to=[]), "personalizations.0.to"),
        (person(to=[{"name": "Ana"}]), "personalizations.0.to.0.email"),
        (person(to=[{"email": "ana"}]), "personalizations.0.to.0.email"),
        (person(to=[{"email": f"{'a' * 320}@b.example"}]), "personalizations.0.to.0.email"),
        (person(to=[{"email": "a@b.example", "name": ""}]), "personalizations.0.to.0.name"),
        (person(to=[{"email": "a@b.example", "name": "A\r\nBcc: x"}]), "personalizations.0.to.0.name"),
        (person(to=[{"email": "a@b.example", "nome": "A"}]), "personalizations.0.to.0.nome"),
        (person(cc=[{"email": "ANA@example.com"}]), "personalizations.0.cc"),
        (person(subject=""), "personalizations.0.subject"),
        (person(custom_args={}), "personalizations.0.custom_args"),
        (person(custom_args={"a": 1}), "personalizations.0.custom_args"),
        (person(custom_args={"a": "x" * 10_000}), "personalizations.0.custom_args"),
        (person(headers={"Subject": "x"}), "personalizations.0.headers"),
        (person(headers={"X-A": "a\nb"}), "personalizations.0.headers"),
        (person(send_at=NOW + 72 * 3600 + 1), "personalizations.0.send_at"),
        (person(send_at="soon"), "personalizations.0.send_at"),
        ({"from": {"email": ""}}, "from.email"),
        ({"from": "orders@store.example"}, "from"),
        ({"subject": ""}, "subject"),
        ({"subject": "a\r\nBcc: b"}, "subject"),
        ({"content": []}, "content"),
        ({"content": [HTML, PLAIN]}, "content"),
        ({"content": [{"type": "text/calendar", "value": "x"}, PLAIN]}, "content"),
        ({"content": [{"type": "text/plain", "value": ""}]}, "content.0.value"),
        ({"content": [{"type": "text/plain;charset=utf-8", "value": "x"}]}, "content.0.type"),
        ({"content": [{"value": "x"}]}, "content.0.type"),
        ({"reply_to": {"email": "nobody"}}, "reply_to.email"),
        ({"reply_to": {"email": "a@b.example"}, "reply_to_list": [{"email": "a@b.example"}]}, "reply_to"),
        ({"categories": [str(number) for number in range(11)]}, "categories"),
        ({"categories": ["a", "a"]}, "categories"),
        ({"categories": ["é"]}, "categories.0"),
        ({"categories": ["x" * 256]}, "categories.0"),
        ({"custom_args": "text"}, "custom_args"),
        ({"attachments": [{"content": "no base64!", "filename": "a.pdf"}]}, "attachments.0.content"),
        ({"attachments": [{"content": "YQ==", "filename": "a\r\n.pdf"}]}, "attachments.0.filename"),
        ({"attachments": [{"content": "YQ=="}]}, "attachments.0.filename"),
        ({"attachments": [{"content": "YQ==", "filename": "a", "disposition": "x"}]}, "attachments.0.disposition"),
        ({"ip_pool_name": "a"}, "ip_pool_name"),
        ({"asm": {"group_id": "1"}}, "asm"),
        ({"asm": {"group_id": 1, "groups_to_display": list(range(26))}}, "asm.groups_to_display"),
        ({"mail_settings": {"sandbox_mode": {"enable": "true"}}}, "mail_settings.sandbox_mode.enable"),
        ({"mail_settings": {"sandbox_mode": True}}, "mail_settings.sandbox_mode"),
        (
            {"mail_settings": {"bypass_list_management": {"enable": True}, "bypass_spam_management": {"enable": True}}},
            "mail_settings",
        ),
        ({"tracking_settings": {"open_tracking": {"enable": 0}}}, "tracking_settings.open_tracking.enable"),
        ({"to": [{"email": "a@b.example"}]}, "to"),
    ],
)
def test_every_documented_limit_is_kept(
    client: Client, sandbox: SendGridSandbox, changes: dict[str, Any], field: str
) -> None:
    answer = client.send(**changes)
    assert answer.status_code == 400
    errors = answer.json()["errors"]
    assert field in [error["field"] for error in errors]
    assert all(set(error) == {"message", "field", "help"} for error in errors)
    assert sandbox.state.sent == []


@pytest.mark.parametrize("name", ["personalizations", "from", "subject", "content"])
def test_what_is_required_is_missed(client: Client, name: str) -> None:
    answer = client.send({field: value for field, value in BODY.items() if field != name})
    assert answer.status_code == 400
    assert any(error["field"].startswith(name) for error in answer.json()["errors"])


def test_a_thousand_recipients_in_all_are_the_most(client: Client) -> None:
    def people(number: int) -> list[dict[str, Any]]:
        return [{"to": [{"email": f"a{start}-{n}@b.example"} for n in range(500)]} for start in range(number)]

    assert client.send(personalizations=people(2)).status_code == 202
    assert client.send(personalizations=people(3)).status_code == 400
