"""The real SDK over real connections to the sandbox: what each way of failing proves."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from commerce.messaging.gateways.sendgrid.body import Sender, mail_body
from commerce.messaging.gateways.sendgrid.mailer import SendGridMailer
from commerce.messaging.model import Mailbox
from commerce.platform.clock import SystemClock
from commerce.platform.deadline import Deadline
from commerce.platform.errors import (
    ConfigurationError,
    IntegrationError,
    ProviderAmbiguous,
    ProviderRefused,
    ProviderUnavailable,
)
from local.sandboxes.kernel.faults import Fault, FaultKind
from local.sandboxes.kernel.server import Server, serve
from local.sandboxes.sendgrid.sandbox import API_KEY, SendGridSandbox
from tests.unit.messaging.samples import MAIL

SENDER = Sender(Mailbox("orders@store.example", "Casa do Café"))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve(SendGridSandbox()) as running:
        yield running


@pytest.fixture
def sandbox(server: Server) -> SendGridSandbox:
    assert isinstance(server.sandbox, SendGridSandbox)
    server.sandbox.state.clear()
    server.sandbox.journal.clear()
    return server.sandbox


def mailer(url: str, *, key: str = API_KEY, sender: Sender = SENDER) -> SendGridMailer:
    return SendGridMailer(url, key, sender, SystemClock())


def failure(url: str, *, seconds: float = 5, key: str = API_KEY) -> IntegrationError:
    with pytest.raises(IntegrationError) as failed:
        mailer(url, key=key).send(MAIL, deadline=Deadline.after(seconds))
    return failed.value


def unused_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def mute() -> Iterator[str]:
    """A host that takes connections and never says a word."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def test_the_sdk_sends_the_body_as_it_is(server: Server, sandbox: SendGridSandbox) -> None:
    accepted = mailer(server.url + "/").send(MAIL, deadline=Deadline.after(5))
    (mail,) = sandbox.state.sent
    assert accepted.provider_ref == mail.message_id
    assert not accepted.dry_run
    assert mail.request == mail_body(MAIL, SENDER)


def test_a_dry_run_is_checked_and_kept_nowhere(server: Server, sandbox: SendGridSandbox) -> None:
    accepted = mailer(server.url, sender=replace(SENDER, dry_run=True)).send(MAIL, deadline=Deadline.after(5))
    assert accepted.dry_run
    assert accepted.provider_ref is None
    assert (sandbox.state.sent, sandbox.state.checked) == ([], 1)


@pytest.mark.invariant("MSG-03")
def test_a_refused_connection_proves_that_nothing_was_sent() -> None:
    refused = failure(f"http://127.0.0.1:{unused_port()}")
    assert isinstance(refused, ProviderUnavailable)
    assert refused.code == "sendgrid_unreachable"


@pytest.mark.invariant("MSG-03")
def test_a_name_that_does_not_resolve_proves_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert isinstance(failure("https://api.sendgrid.example"), ProviderUnavailable)


@pytest.mark.invariant("MSG-03")
def test_a_failed_tls_handshake_proves_it_too(server: Server, sandbox: SendGridSandbox, mute: str) -> None:
    assert isinstance(failure(server.url.replace("http://", "https://")), ProviderUnavailable)
    assert isinstance(failure(f"https://{mute}", seconds=0.4), ProviderUnavailable)
    assert sandbox.state.sent == []


@pytest.mark.invariant("MSG-03")
def test_silence_after_the_request_proves_nothing(mute: str) -> None:
    silent = failure(f"http://{mute}", seconds=0.4)
    assert isinstance(silent, ProviderAmbiguous)
    assert silent.code == "sendgrid_no_answer"


@pytest.mark.invariant("MSG-03")
@pytest.mark.parametrize(
    ("fault", "kind", "sent"),
    [
        (Fault(FaultKind.CUT_BEFORE), ProviderAmbiguous, 0),
        (Fault(FaultKind.CUT_AFTER), ProviderAmbiguous, 1),
        (Fault(FaultKind.HANG, seconds=5), ProviderAmbiguous, 0),
        (Fault(FaultKind.HANG_AFTER, seconds=5), ProviderAmbiguous, 1),
        (Fault(FaultKind.HTML), ProviderAmbiguous, 0),
        (Fault(FaultKind.STATUS, status=500), ProviderAmbiguous, 0),
        (Fault(FaultKind.STATUS, status=503), ProviderUnavailable, 0),
        (Fault(FaultKind.STATUS, status=429, headers={"Retry-After": "9"}), ProviderUnavailable, 0),
        (Fault(FaultKind.STATUS, status=400), ProviderRefused, 0),
        (Fault(FaultKind.STATUS, status=403), ConfigurationError, 0),
        (Fault(FaultKind.STATUS, status=200), ProviderAmbiguous, 0),
    ],
    ids=lambda value: f"{value.kind}-{value.status}" if isinstance(value, Fault) else None,
)
def test_one_call_one_meaning(
    server: Server, sandbox: SendGridSandbox, fault: Fault, kind: type[IntegrationError], sent: int
) -> None:
    sandbox.faults.add(fault)
    assert type(failure(server.url, seconds=0.6)) is kind
    assert len(sandbox.state.sent) == sent
    assert len(sandbox.journal.entries()) == 1


def test_the_answer_names_when_to_come_back(server: Server, sandbox: SendGridSandbox) -> None:
    sandbox.faults.add(Fault(FaultKind.STATUS, status=429, headers={"Retry-After": "9"}))
    assert failure(server.url).retry_after == 9


@pytest.mark.invariant("AUT-05")
def test_a_redirect_takes_the_key_nowhere(server: Server, sandbox: SendGridSandbox) -> None:
    with serve(SendGridSandbox()) as elsewhere:
        sandbox.faults.add(Fault(FaultKind.STATUS, status=302, headers={"Location": f"{elsewhere.url}/v3/mail/send"}))
        moved = failure(server.url)
        assert isinstance(moved, ConfigurationError)
        assert elsewhere.sandbox.journal.entries() == []


def test_a_wrong_key_says_what_to_do(server: Server, sandbox: SendGridSandbox) -> None:
    refused = failure(server.url, key="SG.revoked")
    assert isinstance(refused, ConfigurationError)
    assert "secret" in refused.message
    assert "SG.revoked" not in refused.message
    assert sandbox.state.sent == []


@pytest.mark.parametrize("key", ["", "SG.with\nbreak", "SG. blank", "SG.ключ"])
def test_a_key_that_cannot_be_one_is_refused_before_anything_is_claimed(key: str) -> None:
    with pytest.raises(ConfigurationError) as wrong:
        mailer("https://api.sendgrid.com", key=key)
    assert wrong.value.code == "wrong_secret"


def test_a_mail_over_thirty_megabytes_is_not_sent(server: Server, sandbox: SendGridSandbox) -> None:
    with pytest.raises(ProviderRefused) as large:
        mailer(server.url).send(replace(MAIL, text="x" * (30 * 1024 * 1024)), deadline=Deadline.after(5))
    assert large.value.code == "mail_too_large"
    assert sandbox.journal.entries() == []


@pytest.mark.invariant("AUT-04")
def test_the_sdk_logs_neither_key_nor_mail(
    server: Server, sandbox: SendGridSandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    mailer(server.url).send(MAIL, deadline=Deadline.after(5))
    failure(server.url, key="SG.revoked")
    for private in (API_KEY, "SG.revoked", "ana@example.com", "Obrigado"):
        assert private not in caplog.text
