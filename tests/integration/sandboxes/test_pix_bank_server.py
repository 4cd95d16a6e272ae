"""The bank behind mutual TLS: who is let in, and that TLS changes nothing else."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from commerce.platform.tls import ClientCertificate, TlsAdapter, tls_context
from local.sandboxes.kernel.faults import Fault, FaultKind
from local.sandboxes.kernel.server import Server, serve
from local.sandboxes.pix_bank.app import CLIENT_ID, CLIENT_SECRET, PIX_KEY, PixBankSandbox
from local.sandboxes.pix_bank.certificates import Credentials, credentials, make_credentials
from local.stack.providers import pix_bank
from tests.unit.sandboxes.echo import EchoSandbox

TXID = "order1attempt1000000000000000001"


@pytest.fixture
def bank() -> PixBankSandbox:
    return PixBankSandbox()


@pytest.fixture
def server(bank: PixBankSandbox) -> Iterator[Server]:
    with serve(bank, tls=credentials().server_context) as running:
        yield running


def client_of(shown: Credentials, folder: Path) -> requests.Session:
    """Trusts the bank; shows the certificate of `shown`."""
    trusted = credentials().save(folder / "trusted")
    own = shown.save(folder / "own")
    session = requests.Session()
    session.trust_env = False  # REQUESTS_CA_BUNDLE would outweigh `verify`
    session.verify = str(trusted / "ca.pem")
    session.cert = (str(own / "client.pem"), str(own / "client-key.pem"))
    return session


@pytest.fixture
def session(tmp_path: Path) -> Iterator[requests.Session]:
    with client_of(credentials(), tmp_path) as opened:
        yield opened


def token(session: requests.Session, url: str) -> requests.Response:
    data = {"grant_type": "client_credentials"}
    return session.post(f"{url}/oauth/token", data=data, auth=(CLIENT_ID, CLIENT_SECRET), timeout=5)


def test_the_right_certificate_is_served(server: Server, session: requests.Session, bank: PixBankSandbox) -> None:
    assert server.url.startswith("https://127.0.0.1:")
    bearer = token(session, server.url).json()["access_token"]
    body = {"calendario": {"expiracao": 1800}, "valor": {"original": "10.00"}, "chave": PIX_KEY}
    headers = {"Authorization": f"Bearer {bearer}"}
    made = session.put(f"{server.url}/pix/v2/cob/{TXID}", json=body, headers=headers, timeout=5)
    assert made.status_code == 201
    assert list(bank.state.charges) == [TXID]


def test_no_certificate_is_refused_before_any_request_is_read(
    server: Server, bank: PixBankSandbox, tmp_path: Path
) -> None:
    with requests.Session() as bare:
        bare.trust_env = False
        bare.verify = str(credentials().save(tmp_path) / "ca.pem")
        with pytest.raises(requests.ConnectionError):
            token(bare, server.url)
    assert bank.journal.entries() == []


def test_a_certificate_of_another_authority_is_refused(server: Server, bank: PixBankSandbox, tmp_path: Path) -> None:
    with client_of(make_credentials(), tmp_path) as stranger, pytest.raises(requests.ConnectionError):
        token(stranger, server.url)
    assert bank.journal.entries() == []


def test_the_servers_own_certificate_opens_nothing(server: Server, bank: PixBankSandbox, tmp_path: Path) -> None:
    """It is signed by the right authority, but for servers."""
    ours = credentials()
    wrong = Credentials(ours.ca, ours.server_certificate, ours.server_key, ours.server_certificate, ours.server_key)
    with client_of(wrong, tmp_path) as stranger, pytest.raises(requests.ConnectionError):
        token(stranger, server.url)
    assert bank.journal.entries() == []


def test_a_client_that_does_not_know_the_authority_does_not_talk_to_the_bank(
    server: Server, session: requests.Session, bank: PixBankSandbox
) -> None:
    session.verify = True
    with pytest.raises(requests.exceptions.SSLError):
        token(session, server.url)
    assert bank.journal.entries() == []


def test_plain_http_is_not_served(server: Server, bank: PixBankSandbox) -> None:
    with pytest.raises(requests.ConnectionError):
        requests.get(server.url.replace("https", "http"), timeout=5)
    assert bank.journal.entries() == []


def test_the_client_context_opens_the_door_without_files(server: Server) -> None:
    address = urlsplit(server.url)
    connection = http.client.HTTPSConnection(
        address.hostname or "", address.port, timeout=5, context=credentials().client_context
    )
    connection.request("GET", "/_sandbox/clock")
    assert connection.getresponse().status == 200
    connection.close()


def test_a_client_that_never_shakes_hands_holds_up_nobody(server: Server, session: requests.Session) -> None:
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname or "", address.port or 0)):
        assert token(session, server.url).status_code == 200


def test_connections_are_kept_alive(server: Server, session: requests.Session) -> None:
    ports = set()
    for _ in range(3):
        with session.get(f"{server.url}/_sandbox/clock", stream=True, timeout=5) as answer:
            assert answer.raw.connection is not None
            ports.add(answer.raw.connection.sock.getsockname())
            assert answer.json()
    assert len(ports) == 1


@pytest.mark.parametrize(("kind", "calls"), [("cut_before", 0), ("cut_after", 1)])
def test_a_cut_connection(
    server: Server, session: requests.Session, bank: PixBankSandbox, kind: str, calls: int
) -> None:
    bank.faults.add(Fault(FaultKind(kind)))
    with pytest.raises(requests.ConnectionError):
        token(session, server.url)
    assert bank.state.tokens.calls == calls
    assert token(session, server.url).status_code == 200


@pytest.mark.parametrize(("kind", "calls"), [("hang", 0), ("hang_after", 1)])
def test_a_hanging_connection_ends_when_the_client_gives_up(
    server: Server, session: requests.Session, bank: PixBankSandbox, kind: str, calls: int
) -> None:
    bank.faults.add(Fault(FaultKind(kind), seconds=60))
    before = threading.active_count()
    with pytest.raises(requests.ReadTimeout):
        session.post(
            f"{server.url}/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(CLIENT_ID, CLIENT_SECRET),
            timeout=(2, 0.3),
        )
    assert bank.state.tokens.calls == calls
    end = time.monotonic() + 10
    while threading.active_count() > before:
        assert time.monotonic() < end, "the connection is still held"
        time.sleep(0.01)


def test_a_server_without_tls_is_as_it_was() -> None:
    with serve(EchoSandbox()) as running:
        assert running.url.startswith("http://")
        assert requests.post(f"{running.url}/things/a", timeout=5).status_code == 201


def test_a_context_that_asks_for_no_certificate_serves_anyone(tmp_path: Path) -> None:
    context = credentials().server_context
    context.verify_mode = ssl.CERT_NONE
    with serve(EchoSandbox(), tls=context) as running:
        ca = str(credentials().save(tmp_path) / "ca.pem")
        assert requests.post(f"{running.url}/things/a", timeout=5, verify=ca).status_code == 201


def test_the_plug_gives_the_product_all_it_needs_to_get_in(tmp_path: Path) -> None:
    plug = pix_bank(certificates_folder=tmp_path)
    secret = plug.secrets["PixSecret"]
    mine = ClientCertificate(secret["certificate"], secret["private_key"])
    running = plug.serve()
    try:
        with requests.Session() as session:
            session.mount("https://", TlsAdapter(tls_context("pix", mine, secret["server_ca"]), pool_size=1))
            data = {"grant_type": "client_credentials"}
            auth = (secret["client_id"], secret["client_secret"])
            assert session.post(f"{running.url}/oauth/token", data=data, auth=auth, timeout=5).status_code == 200
    finally:
        running.stop()
    assert plug.connect is not None
    plug.connect(running.sandbox, "http://127.0.0.1:9/")
    hook = running.sandbox.state.hooks[secret["pix_key"]]
    assert hook.endpoint.url == f"http://127.0.0.1:9/{secret['webhook_secret']}/pix"
    assert (tmp_path / "client-key.pem").stat().st_mode & 0o077 == 0
