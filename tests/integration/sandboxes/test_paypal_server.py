"""The PayPal sandbox over real connections, as the stack plugs it in."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import requests
from cryptography import x509

from local.sandboxes.paypal.app import CLIENT_ID, CLIENT_SECRET, WEBHOOK_ID
from local.stack.plugs import Running
from local.stack.providers import paypal

type Heard = tuple[bytes, dict[str, str]]


@pytest.fixture
def box() -> Iterator[Running]:
    running = paypal().serve()
    yield running
    running.stop()


@pytest.fixture
def heard() -> Iterator[tuple[str, list[Heard], threading.Event]]:
    """A listener for webhooks: its address, what came, and an event for the second one."""
    came: list[Heard] = []
    enough = threading.Event()

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.append((body, {name.upper(): value for name, value in self.headers.items()}))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
            if len(came) == 2:
                enough.set()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name of http.server
            """Nobody reads it."""

    server = HTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/hook", came, enough
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_order_is_approved_on_the_page_and_its_signed_webhooks_arrive(
    box: Running, heard: tuple[str, list[Heard], threading.Event]
) -> None:
    url, came, enough = heard
    plug = paypal()
    assert plug.connect is not None
    plug.connect(box.sandbox, url)
    assert plug.secrets["PaypalSecret"]["webhook_id"] == WEBHOOK_ID
    with requests.Session() as session:
        grant = {"grant_type": "client_credentials"}
        token = session.post(f"{box.url}/v1/oauth2/token", data=grant, auth=(CLIENT_ID, CLIENT_SECRET)).json()
        session.headers.update({"Authorization": f"Bearer {token['access_token']}", "Content-Type": "application/json"})
        order: dict[str, Any] = {
            "intent": "CAPTURE",
            "purchase_units": [{"amount": {"currency_code": "BRL", "value": "10.00"}}],
            "application_context": {"return_url": "https://store.example/back"},
        }
        made = session.post(f"{box.url}/v2/checkout/orders", data=json.dumps(order)).json()
        links = {link["rel"]: link["href"] for link in made["links"]}
        assert all(href.startswith(box.url) for href in links.values())
        approval = {"token": made["id"], "choice": "ok"}
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        back = session.post(links["approve"].partition("?")[0], data=approval, headers=form, allow_redirects=False)
        assert back.headers["Location"].startswith(f"https://store.example/back?token={made['id']}")
        assert session.post(links["capture"]).json()["status"] == "COMPLETED"
        assert enough.wait(10)
        assert [json.loads(body)["event_type"] for body, _ in came] == [
            "CHECKOUT.ORDER.APPROVED",
            "PAYMENT.CAPTURE.COMPLETED",
        ]
        pem = session.get(came[0][1]["PAYPAL-CERT-URL"]).content
    assert len(x509.load_pem_x509_certificates(pem)) == 2
