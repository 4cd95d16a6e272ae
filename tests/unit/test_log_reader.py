"""The reader of all log lines finds what must not be there, and reads what the application really writes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest

from commerce.platform import observability
from commerce.platform.observability import count, create_logger, flush_metrics
from local.stack.logs import Logs
from local.stack.providers import all_sandboxes
from tests.conftest import READER
from tests.log_reader import LogReader, findings


@pytest.fixture
def reader(request: pytest.FixtureRequest) -> Iterator[LogReader]:
    """The session's own reader; what a test of this module makes it find is forgotten afterwards."""
    running: LogReader = request.config.stash[READER]
    known = len(running.leaks)
    yield running
    del running.leaks[known:]


@pytest.mark.invariant("AUT-04")
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("mail to maria.silva+x@shop.com.br failed", "an e-mail address"),
        ("maria%40shop.com", "an e-mail address"),
        ("key sk_test_51Habc", "a provider's key"),
        ("whsec_abc", "a provider's key"),
        ("SG.abcdefgh.ijkl", "a provider's key"),
        ("TEST-1234567890-112411-0123456789abcdef", "a provider's key"),
        ("-----BEGIN CERTIFICATE-----", "a provider's key"),
        ("00020126580014br.gov.bcb.pix0136", "a Pix code"),
        ("12.ABC.345/01DE-35", "a tax id"),
        ("pi_3E24_secret_PU45", "a client secret"),
        ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln", "a token"),
        ("Authorization: Bearer abcdefgh12", "a token"),
        ("+5521999998888", "a phone number"),
        ("390.533.447-05", "a tax id"),
        ("11.222.333/0001-81", "a tax id"),
        ("4242424242424242", "a card number"),
        ("4242 4242 4242 4242", "a card number"),
        ("378282246310005", "a card number"),
        ("for ana souza", "somebody of the tests"),
    ],
)
def test_each_kind_is_found_in_any_field(text: str, kind: str) -> None:
    assert findings(json.dumps({"message": "x", "deep": [{"note": text}]})) == [kind]
    assert findings(f"Traceback: {text}") == [kind]


@pytest.mark.invariant("AUT-04")
def test_what_the_sandboxes_take_for_keys_is_found() -> None:
    named = ("client_secret", "pix_key", "access_token", "webhook_secret", "api_key", "private_key")
    for plug in all_sandboxes(mail_folder=None):
        for fields in plug.secrets.values():
            for secret in (fields[name] for name in named if name in fields):
                assert findings(json.dumps({"message": f"called with {secret}!"})), plug.name


@pytest.mark.parametrize(
    "line",
    [
        '{"message":"request","route":"PUT /orders/{order_id}","status":201,"ms":60.6,"order_id":"order-1"}',
        '{"payment_id":"pay_sltpocqvs7hlif7rgzcg4p65","request_id":"8f0c1b1e-0000-4000-8000-3f6a5b1c9e42"}',
        '{"_aws":{"Timestamp":4242424242424242},"service":"store","request":[1.0]}',
        '{"timestamp":"2026-11-24T08:03:46.260+00:00","location":"_tell:132"}',
        "START RequestId: 1 Version: $LATEST",
    ],
)
def test_an_ordinary_line_holds_nothing(line: str) -> None:
    assert findings(line) == []


@pytest.mark.invariant("AUT-04")
def test_a_line_that_escapes_the_redaction_fails_the_session(
    reader: LogReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The redaction is switched off here, so that what it takes out gets as far as the line."""
    monkeypatch.setattr(observability, "redacted", dict)
    monkeypatch.setattr(observability, "suspicious", lambda _: False)
    known = len(reader.leaks)

    create_logger(io.StringIO()).info("mail", extra={"to": "maria@shop.com"})

    (leak,) = reader.leaks[known:]
    assert (leak.source, leak.kinds) == ("logger", ("an e-mail address",))
    assert "test_a_line_that_escapes" in leak.test


@pytest.mark.invariant("AUT-04")
def test_lines_of_logger_metrics_and_stacks_are_read(reader: LogReader, capsys: pytest.CaptureFixture[str]) -> None:
    before, known = reader.lines, len(reader.leaks)
    flush_metrics()
    capsys.readouterr()

    create_logger(io.StringIO()).info("one")
    count("two")
    flush_metrics()
    Logs().add("Function", "three: maria@shop.com")

    assert reader.lines - before == 3
    assert [leak.source for leak in reader.leaks[known:]] == ["[Function]"]
