"""Mutual TLS against a real server that asks for a certificate, as the banks' Pix APIs do."""

from __future__ import annotations

import gc
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from commerce.platform.deadline import Deadline
from commerce.platform.errors import ConfigurationError, ProviderUnavailable
from commerce.platform.http import ProviderHttp, provider_session
from commerce.platform.tls import ClientCertificate, tls_context
from tests.certificates import Authority, Issued, private_pem

BANK = Authority("The bank")
STRANGER = Authority("A stranger")
OURS = BANK.issue("store")


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        server: Any = self.server
        server.asked.append(self.path)
        connection: Any = self.connection
        who = dict(pair[0] for pair in connection.getpeercert()["subject"])["commonName"]
        self.send_response(200)
        self.send_header("Content-Length", str(len(who)))
        self.end_headers()
        self.wfile.write(who.encode())

    def log_message(self, *_: Any) -> None:
        """Nothing to standard error."""


class Bank(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, folder: Path, shown: Issued, *, newest: ssl.TLSVersion) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.asked: list[str] = []
        pem = folder / "server.pem"
        pem.write_text(shown.private_key + shown.certificate)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        context.load_verify_locations(cadata=BANK.pem)
        context.verify_mode = ssl.CERT_REQUIRED
        context.minimum_version, context.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, newest
        self._context = context

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.server_port}"

    def finish_request(self, request: Any, client_address: Any) -> None:
        # In the connection's own thread: a handshake that fails must not end the server.
        try:
            with self._context.wrap_socket(request, server_side=True) as secured:
                super().finish_request(secured, client_address)
        except OSError:
            return


@contextmanager
def bank(folder: Path, shown: Issued | None = None, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> Iterator[Bank]:
    server = Bank(folder, shown or BANK.issue("pix.bank.example"), newest=newest)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def certificate(issued: Issued = OURS) -> ClientCertificate:
    return ClientCertificate(issued.certificate, issued.private_key, "shop/pix")


# urllib3 leaves the raw socket of a handshake that failed to the garbage collector: it is collected here, and not while
# another test runs.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    yield
    gc.collect()


def call(base: str, client: ClientCertificate | None, server_ca: str | None = BANK.pem) -> str:
    with provider_session(base, provider="bank", client_certificate=client, server_ca=server_ca) as session:
        return ProviderHttp(session, base).call("POST", "/cob", data=b"{}", deadline=Deadline.after(5)).text


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_the_bank_knows_us_by_our_certificate(tmp_path: Path, newest: ssl.TLSVersion) -> None:
    with bank(tmp_path, newest=newest) as server:
        assert call(server.url, certificate()) == "store"


def test_a_chain_and_escaped_line_ends_are_taken_as_they_come(tmp_path: Path) -> None:
    chain = ClientCertificate((OURS.certificate + BANK.pem).replace("\n", "\\n"), OURS.private_key.replace("\n", "\\n"))
    with bank(tmp_path) as server:
        assert call(server.url, chain, BANK.pem.replace("\n", "\\n")) == "store"


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(None, id="none"),
        pytest.param(certificate(STRANGER.issue("store")), id="of a stranger"),
        pytest.param(certificate(BANK.issue("store", days_ago=5)), id="expired"),
    ],
)
def test_a_certificate_that_the_bank_refuses_means_that_nothing_happened(
    tmp_path: Path, shown: ClientCertificate | None, newest: ssl.TLSVersion
) -> None:
    with bank(tmp_path, newest=newest) as server:
        with pytest.raises((ConfigurationError, ProviderUnavailable)) as refused:
            call(server.url, shown)
        assert server.asked == []
    if shown is None and newest == ssl.TLSVersion.TLSv1_2:
        return  # there, a missing certificate is any failed handshake
    assert refused.value.code == "provider_credentials"
    assert refused.value.retryable
    assert "certificate and private_key" in refused.value.message


@pytest.mark.invariant("AUT-05")
@pytest.mark.parametrize(
    ("shown", "server_ca"),
    [
        pytest.param(STRANGER.issue("pix.bank.example"), BANK.pem, id="vouched for by a stranger"),
        pytest.param(BANK.issue("pix.bank.example", days_ago=5), BANK.pem, id="expired"),
        pytest.param(None, None, id="unknown to the public authorities"),
        pytest.param(None, STRANGER.pem, id="another bank's authority"),
    ],
)
def test_a_server_that_is_not_the_bank_gets_nothing(
    tmp_path: Path, shown: Issued | None, server_ca: str | None
) -> None:
    with bank(tmp_path, shown) as server:
        with pytest.raises(ProviderUnavailable, match="not reached"):
            call(server.url, certificate(), server_ca)
        assert server.asked == []


def test_a_bank_s_authority_takes_the_place_of_the_public_ones(tmp_path: Path) -> None:
    context = tls_context("bank", server_ca=BANK.pem)
    assert len(context.get_ca_certs()) == 1
    with bank(tmp_path) as server, provider_session(server.url, provider="bank", server_ca=BANK.pem) as session:
        adapter: Any = session.get_adapter(server.url)
        with pytest.raises((ConfigurationError, ProviderUnavailable)):
            ProviderHttp(session, server.url).call("POST", "/cob", deadline=Deadline.after(5))
        pool = adapter.poolmanager.connection_from_url(server.url)
        assert len(pool.conn_kw["ssl_context"].get_ca_certs()) == 1


def test_the_server_is_verified_and_speaks_tls_1_2_or_newer() -> None:
    context = tls_context("bank", certificate())
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
    assert len(context.get_ca_certs()) > 50


ENCRYPTED = private_pem(ec.generate_private_key(ec.SECP256R1()), "hunter2")
OTHER_KEY = private_pem(ec.generate_private_key(ec.SECP256R1()))
CUT = OURS.private_key[:60] + "\n-----END PRIVATE KEY-----"


@pytest.mark.invariant("AUT-04")
@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"certificate_pem": ""}, "certificate", "no certificate"),
        ({"certificate_pem": "REPLACE_ME"}, "certificate", "no certificate"),
        ({"certificate_pem": "certificação"}, "certificate", "no certificate"),
        ({"certificate_pem": OURS.private_key}, "certificate", "no certificate"),
        ({"private_key_pem": ""}, "private_key", "no key"),
        ({"private_key_pem": OURS.certificate}, "private_key", "no key"),
        ({"private_key_pem": ENCRYPTED}, "private_key", "encrypted"),
        ({"private_key_pem": OTHER_KEY}, "private_key", "not the key"),
        ({"private_key_pem": CUT}, "private_key", "cannot be read"),
    ],
)
def test_pem_that_cannot_be_used_is_told_by_field_and_never_shown(
    change: dict[str, str], field: str, problem: str
) -> None:
    client = replace(certificate(), **change)
    with pytest.raises(ConfigurationError, match=problem) as wrong:
        tls_context("bank", client)
    assert wrong.value.code == "wrong_certificate"
    assert f"The field {field} of the secret shop/pix" in wrong.value.message
    assert wrong.value.details == {"field": field}
    told = f"{wrong.value!r} {wrong.value.__cause__!r} {client!r}"
    private = f"{client.private_key_pem}\n{OURS.private_key}".splitlines()
    assert [line for line in private if len(line) > 30 and line in told] == []


def test_an_unusable_authority_names_its_field() -> None:
    with pytest.raises(ConfigurationError, match="The field server_ca of bank's secret holds no certificate"):
        provider_session("https://127.0.0.1", provider="bank", server_ca="not PEM")


@pytest.mark.invariant("AUT-04")
@pytest.mark.parametrize("key", [OURS.private_key, CUT, OTHER_KEY])
def test_the_key_is_on_disk_for_a_moment_and_for_us_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    seen: list[int] = []
    original = ssl.SSLContext.load_cert_chain

    def watched(context: ssl.SSLContext, certfile: Path, **options: Any) -> None:
        seen.extend(path.stat().st_mode & 0o777 for path in (certfile, certfile.parent))
        original(context, certfile, **options)

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", watched)
    try:
        tls_context("bank", replace(certificate(), private_key_pem=key))
    except ConfigurationError:
        assert key != OURS.private_key
    assert seen == [0o600, 0o700]
    assert list(tmp_path.iterdir()) == []
