"""The served Stripe sandbox with the unmodified SDK: retries, races, lost connections and webhooks over sockets."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import requests
import stripe

from local.sandboxes.kernel.faults import Fault, FaultKind
from local.sandboxes.kernel.server import Server, serve
from local.sandboxes.kernel.webhooks import WebhookMode
from local.sandboxes.stripe.app import StripeSandbox

NEW: dict[str, Any] = {
    "amount": 1000,
    "currency": "brl",
    "payment_method": "pm_card_visa",
    "confirm": True,
    "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
    "metadata": {"order_id": "order-1"},
}


class Inbox(BaseHTTPRequestHandler):
    """Keeps what it is sent; answers 500 as often as `refuse` says."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        inbox: Any = self.server
        inbox.received.append((body, self.headers["Stripe-Signature"]))
        refused = inbox.refuse > 0
        inbox.refuse -= refused
        self.send_response(500 if refused else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def inbox() -> Iterator[Any]:
    server: Any = HTTPServer(("127.0.0.1", 0), Inbox)
    server.received, server.refuse = [], 0
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def box(inbox: Any) -> StripeSandbox:
    box = StripeSandbox()
    box.set_endpoint(url=f"http://127.0.0.1:{inbox.server_address[1]}/")
    box.webhooks.retry_seconds = (0.02, 0.02, 0.02)
    return box


@pytest.fixture
def server(box: StripeSandbox) -> Iterator[Server]:
    with serve(box) as running:
        yield running


@pytest.fixture
def sessions() -> Iterator[list[requests.Session]]:
    opened: list[requests.Session] = []
    yield opened
    for session in opened:
        session.close()


@pytest.fixture
def connect(server: Server, sessions: list[requests.Session]) -> Callable[..., Any]:
    def connected(retries: int = 0, read_timeout: float = 10) -> Any:
        session = requests.Session()
        sessions.append(session)
        return stripe.StripeClient(
            "sk_test_sandbox",
            max_network_retries=retries,
            http_client=stripe.RequestsClient(timeout=(3, read_timeout), session=session),
            base_addresses={"api": server.url},
        ).v1

    return connected


def eventually(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.01)


def test_a_payment_and_its_signed_webhook(connect: Callable[..., Any], box: StripeSandbox, inbox: Any) -> None:
    paid = connect().payment_intents.create(params=NEW)
    eventually(lambda: box.webhooks.pending == 0 and len(inbox.received) == 1)
    ((body, signature),) = inbox.received
    event = stripe.StripeClient("sk_test_sandbox").construct_event(body, signature, "whsec_sandbox", tolerance=60)
    assert (event.type, event.data.object["id"]) == ("payment_intent.succeeded", paid.id)


def test_a_webhook_that_is_refused_comes_again(connect: Callable[..., Any], box: StripeSandbox, inbox: Any) -> None:
    inbox.refuse = 2
    api = connect()
    api.payment_intents.create(params=NEW)
    eventually(lambda: len(inbox.received) == 3)
    assert len({body for body, _ in inbox.received}) == 1
    eventually(lambda: api.events.list(params={"delivery_success": False}).data == [])


def test_webhooks_are_held_and_flushed(connect: Callable[..., Any], box: StripeSandbox, inbox: Any) -> None:
    box.webhooks.set_mode(WebhookMode.HOLD)
    connect().payment_intents.create(params=NEW)
    assert (box.webhooks.held, box.webhooks.pending, inbox.received) == (1, 0, [])
    box.webhooks.flush()
    eventually(lambda: len(inbox.received) == 1)


@pytest.mark.parametrize("kind", ["cut_before", "cut_after"])
def test_the_sdks_own_retry_charges_once(connect: Callable[..., Any], box: StripeSandbox, kind: str) -> None:
    box.faults.add(Fault(FaultKind(kind), method="POST"))
    assert connect(retries=1).payment_intents.create(params=NEW).status == "succeeded"
    assert len(box.journal.entries("POST", "/v1/payment_intents")) == 2
    assert len(box.state.charges) == 1


@pytest.mark.parametrize(("kind", "acted"), [("hang", 0), ("hang_after", 1)])
def test_a_client_that_gives_up(connect: Callable[..., Any], box: StripeSandbox, kind: str, acted: int) -> None:
    box.faults.add(Fault(FaultKind(kind), method="POST"))
    with pytest.raises(stripe.APIConnectionError):
        connect(read_timeout=0.2).payment_intents.create(params=NEW)
    assert len(box.state.charges) == acted


def test_html_from_a_proxy_is_an_error_of_the_api(connect: Callable[..., Any], box: StripeSandbox) -> None:
    box.faults.add(Fault(FaultKind.HTML), Fault(FaultKind.GARBAGE))
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            connect().payment_intents.create(params=NEW)
    assert len(box.state.charges) == 1


def test_parallel_requests_under_one_key_charge_once(connect: Callable[..., Any], box: StripeSandbox) -> None:
    clients = [connect() for _ in range(20)]

    def create(api: Any) -> str:
        found: str = api.payment_intents.create(params=NEW, options={"idempotency_key": "same"}).id
        return found

    with ThreadPoolExecutor(20) as pool:
        ids = set(pool.map(create, clients))
    assert len(ids) == len(box.state.charges) == 1
    assert box.books()["violations"] == []


def test_a_second_request_meets_the_first_in_flight(connect: Callable[..., Any], box: StripeSandbox) -> None:
    box.faults.add(Fault(FaultKind.DELAY, seconds=0.5))
    key = {"idempotency_key": "same"}
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(connect().payment_intents.create, params=NEW, options=key)
        eventually(lambda: "same" in box._keys._kept)
        with pytest.raises(stripe.APIError) as busy:
            connect().payment_intents.create(params=NEW, options=key)
        assert busy.value.http_status == 409
        assert first.result().status == "succeeded"
    assert connect().payment_intents.create(params=NEW, options=key).id == first.result().id


def test_a_served_sandbox_ages_by_itself(connect: Callable[..., Any], box: StripeSandbox) -> None:
    held = connect().payment_intents.create(params=NEW | {"capture_method": "manual"})
    box.clock.advance(8 * 86_400)
    eventually(lambda: box.state.intents.get(held.id)["status"] == "canceled")
