"""Mail Send against SendGrid's own description: what we ask, and what our sandbox answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from commerce.messaging.gateways.sendgrid.body import Sender, mail_body
from commerce.messaging.model import Mailbox
from commerce.messaging.rendering import render_confirmation
from local.sandboxes.kernel.adapter import WsgiAdapter
from local.sandboxes.sendgrid.sandbox import API_KEY, MESSAGES, SEND, SendGridSandbox
from tests.contract.openapi import OpenApi
from tests.contract.specs import spec_json
from tests.unit.messaging.samples import confirmation

BASE = "https://sendgrid.example"


@pytest.fixture(scope="module")
def api() -> OpenApi:
    return OpenApi(spec_json("sendgrid/tsg_mail_v3.json"))


@pytest.fixture
def session() -> requests.Session:
    session = requests.Session()
    session.mount(BASE, WsgiAdapter(SendGridSandbox(verified_senders=["orders@store.example"])))
    session.headers["Authorization"] = f"Bearer {API_KEY}"
    return session


names = st.text(alphabet=st.characters(), max_size=120)
senders = st.builds(
    Sender,
    st.builds(Mailbox, st.just("orders@store.example"), names),
    reply_to=st.none() | st.just(Mailbox("help@store.example")),
    dry_run=st.booleans(),
)


@pytest.mark.invariant("MSG-07")
@given(name=names, item=names, store=names, sender=senders, locale=st.sampled_from(["pt-BR", "en"]))
def test_every_confirmation_is_a_valid_request(
    api: OpenApi, name: str, item: str, store: str, sender: Sender, locale: str
) -> None:
    order = confirmation(buyer_name=name, locale=locale)
    order = replace(order, lines=tuple(replace(line, name=item, sku=item) for line in order.lines))
    body = mail_body(render_confirmation(order, store), sender)
    assert api.problems(_request_schema(api), body) == []


@given(name=names, item=names, sender=senders)
def test_the_sandbox_is_at_least_as_strict_and_takes_what_we_send(name: str, item: str, sender: Sender) -> None:
    session = requests.Session()
    session.mount(BASE, WsgiAdapter(SendGridSandbox()))
    order = confirmation(buyer_name=name)
    order = replace(order, lines=tuple(replace(line, name=item) for line in order.lines))
    body = mail_body(render_confirmation(order, "Store"), sender)
    answer = session.post(BASE + SEND, json=body, headers={"Authorization": f"Bearer {API_KEY}"}, timeout=5)
    assert answer.status_code == (200 if sender.dry_run else 202), answer.text


BODY: dict[str, Any] = {
    "personalizations": [{"to": [{"email": "ana@example.com"}]}],
    "from": {"email": "orders@store.example"},
    "subject": "Hello",
    "content": [{"type": "text/plain", "value": "Hi"}],
}


def _request_schema(api: OpenApi) -> dict[str, Any]:
    body = api.document["components"]["requestBodies"]["PostMailSend"]
    return dict(body["content"]["application/json"]["schema"])


def _problems(api: OpenApi, answer: requests.Response) -> list[str]:
    """`help` is a text or null in practice, where the description says object: it is left out of the comparison."""
    body = answer.json()
    for error in body["errors"]:
        del error["help"]
    return api.problems(api.schema("ErrorResponse"), body)


@pytest.mark.parametrize(
    ("status", "changes", "headers"),
    [
        (400, {"subject": ""}, {}),
        (401, {}, {"Authorization": "Bearer SG.other"}),
        (403, {"from": {"email": "eve@store.example"}}, {}),
        (405, {}, {}),
        (413, {"subject": "x" * (30 * 1024 * 1024)}, {}),
    ],
)
def test_every_refusal_of_the_sandbox_has_the_described_shape(
    api: OpenApi, session: requests.Session, status: int, changes: dict[str, Any], headers: dict[str, str]
) -> None:
    method = "PUT" if status == 405 else "POST"
    answer = session.request(method, BASE + SEND, json=BODY | changes, headers=headers, timeout=10)
    assert answer.status_code == status
    assert str(status) in api.document["paths"][SEND]["post"]["responses"]
    assert _problems(api, answer) == []


def test_an_accepted_mail_is_202_as_described(api: OpenApi, session: requests.Session) -> None:
    answer = session.post(BASE + SEND, json=BODY, timeout=5)
    assert answer.status_code == 202
    assert "202" in api.document["paths"][SEND]["post"]["responses"]
    assert answer.content == b""


def test_the_sandbox_uses_the_messages_of_the_descriptions_examples(api: OpenApi) -> None:
    for status in (401, 403, 404, 405, 413, 500):
        examples = api.document["components"]["responses"][f"PostMailSend{status}"]["content"]["application/json"]
        (example,) = examples["examples"].values()
        assert example["value"]["errors"][0]["message"] == MESSAGES[status]
