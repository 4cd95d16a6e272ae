"""A scripted Stripe below `requests`: it answers what the test says, in turn, and remembers what it was asked."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
import stripe
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse

from commerce.payments.gateway import StartPayment
from commerce.payments.gateways.stripe.client import API_VERSION, require_key
from commerce.payments.gateways.stripe.transport import DeadlineHttpClient
from commerce.payments.model import CheckoutChoices, Payment
from commerce.payments.status import PaymentStatus
from commerce.platform.deadline import Deadline
from commerce.platform.http import ProviderSession, Retry, provider_session
from tests.builders import NOW, PRICE, order_terms, payment

BASE = "https://api.stripe.com"


@dataclass
class Asked:
    """One request as Stripe would see it; `params` are the form's or the query's pairs, keys as written."""

    method: str
    path: str
    params: dict[str, str]
    headers: Mapping[str, str]
    timeout: Any

    @property
    def key(self) -> str | None:
        return self.headers.get("Idempotency-Key")


@dataclass
class Scripted:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class Wire(BaseAdapter):
    """Answers are given in the order in which they were scripted; the last one again and again."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Asked] = []
        self.script: list[Scripted | Exception] = []
        self.hung_up = 0

    def answer(self, body: object, status: int = 200, **headers: str) -> Wire:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.script.append(Scripted(status, raw, named))
        return self

    def error(self, status: int, **fields: object) -> Wire:
        return self.answer({"error": {"type": "invalid_request_error", "message": "No such thing.", **fields}}, status)

    def breaks(self, error: Exception) -> Wire:
        self.script.append(error)
        return self

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002 - the answer is in memory already
        timeout: Any = None,
        verify: Any = True,  # noqa: ARG002
        cert: Any = None,  # noqa: ARG002
        proxies: Any = None,  # noqa: ARG002
    ) -> requests.Response:
        url = urlsplit(request.url or "")
        body = request.body or ""
        text = body if isinstance(body, str) else body.decode()
        params = dict(parse_qsl(text or url.query, keep_blank_values=True))
        self.asked.append(Asked(request.method or "", url.path, params, request.headers, timeout))
        next_one = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(next_one, Exception):
            raise next_one
        return _response(request, next_one)

    def close(self) -> None:
        self.hung_up += 1

    @property
    def paths(self) -> list[tuple[str, str]]:
        return [(asked.method, asked.path) for asked in self.asked]


def _response(request: requests.PreparedRequest, scripted: Scripted) -> requests.Response:
    response = requests.Response()
    response.status_code = scripted.status
    response.headers = CaseInsensitiveDict({"Request-Id": "req_1", **scripted.headers})
    response.url = request.url or ""
    response.request = request
    response.raw = HTTPResponse(body=io.BytesIO(scripted.body), status=scripted.status, preload_content=False)
    return response


def session_over(wire: Wire) -> ProviderSession:
    session = provider_session(BASE, provider="stripe")
    session.mount("https://", wire)
    return session


def client_over(wire: Wire, *, retry: Retry | None = None) -> stripe.StripeClient:
    """As `stripe_client` builds it, but never waiting between tries."""
    retry = retry or Retry(sleep=lambda _: None)
    return stripe.StripeClient(
        require_key("api_key", "sk_test_unit", live_mode=False),
        stripe_version=API_VERSION,
        base_addresses={"api": BASE},
        max_network_retries=0,
        http_client=DeadlineHttpClient(session_over(wire), retry=retry),
    )


def soon() -> Deadline:
    return Deadline.after(10)


def start_payment(**choices: Any) -> StartPayment:
    return StartPayment(
        payment_id="pay_1",
        order_id="order-1",
        user_id="user-1",
        method="card",
        money=PRICE,
        choices=CheckoutChoices(**choices),
        description="Order order-1",
        opened_at=NOW,
    )


TERMS = order_terms()


def at_stripe(provider_ref: str = "pi_1") -> Payment:
    """The ledger's payment whose object at Stripe is `provider_ref`."""
    return payment(PaymentStatus.PAID, payment_id="pay_1", provider_ref=provider_ref)
