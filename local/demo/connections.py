"""The connections that people and machines in the demo have: to our API, to Stripe, to the sandboxes' controls."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import requests

from commerce.platform.tls import TlsAdapter

USER_AGENT = "demo"
"""What the people and machines of the demo are known by in a sandbox's log; the functions call themselves otherwise."""

_PATIENCE = 35
"""Seconds for an answer; API Gateway itself gives up after 30."""


@dataclass(frozen=True, slots=True)
class Reply:
    """`body` is the JSON of the answer, None when it is none."""

    status: int
    body: Any
    location: str | None = None

    @property
    def code(self) -> str:
        """Our API's or Stripe's error code, or else API Gateway's message."""
        body = self.body if isinstance(self.body, dict) else {}
        return str(body.get("error", {}).get("code") or body.get("message", ""))


class Connection:
    """One place that answers HTTP."""

    def __init__(self, url: str, tls: ssl.SSLContext | None = None) -> None:
        """Args:
        tls: for a place that knows its visitors by their certificates.
        """
        self.url = url
        self._session = requests.Session()
        # A proxy of the person's has no business between two programs of one machine.
        self._session.trust_env = False
        self._session.headers["User-Agent"] = USER_AGENT
        if tls is not None:
            self._session.mount("https://", TlsAdapter(tls, 1))

    def close(self) -> None:
        self._session.close()

    def send(self, method: str, path: str, **how: Any) -> Reply:
        """`how` is as for `requests.request`."""
        answer = self._session.request(method, urljoin(self.url, path), timeout=_PATIENCE, allow_redirects=False, **how)
        try:
            body = answer.json()
        except ValueError:
            body = None
        return Reply(answer.status_code, body, answer.headers.get("Location"))


class Api(Connection):
    """Our API, as a holder of a token sees it."""

    def ask(
        self, method: str, path: str, *, token: str | None = None, body: object = None, key: str | None = None
    ) -> Reply:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        return self.send(method, path, headers=headers, json=body)


class Browser(Connection):
    """What Stripe.js does on the store's page: it has the publishable key, and the client secret of one payment."""

    def confirm(self, given: Mapping[str, Any], card: str, return_url: str | None = None) -> Reply:
        """Pay, or save a card: Stripe's answer is the intent, or with 402 the error that Stripe.js shows.

        Args:
            given: our API's answer, with `client_secret` and `publishable_key`.
        """
        secret = str(given["client_secret"])
        intent = secret.partition("_secret_")[0]
        kind = "setup_intents" if intent.startswith("seti_") else "payment_intents"
        fields = {"client_secret": secret, "payment_method": card, "key": given["publishable_key"]}
        if return_url is not None:
            fields["return_url"] = return_url
        return self.send("POST", f"/v1/{kind}/{intent}/confirm", data=fields)

    def open(self, url: str) -> Reply:
        return self.send("GET", url)

    def submit(self, url: str, **form: str) -> Reply:
        return self.send("POST", url, data=form)


class Controls(Connection):
    """A sandbox's control routes, open to anybody on this machine."""

    def look(self, what: str) -> Any:
        return self.send("GET", f"/_sandbox/{what}").body

    def tell(self, what: str, **body: object) -> Any:
        return self.send("POST", f"/_sandbox/{what}", json=body).body

    def clear(self, what: str) -> None:
        self.send("DELETE", f"/_sandbox/{what}")


class Dashboard(Connection):
    """Stripe as its account's owner sees it, with the secret key."""

    def __init__(self, url: str, key: str) -> None:
        super().__init__(url)
        self._headers = {"Authorization": f"Bearer {key}"}

    def events(self, intent: str, kinds: Iterable[str]) -> list[dict[str, Any]]:
        """The events about one PaymentIntent, newest first."""
        found = self.send("GET", "/v1/events", headers=self._headers, params={"limit": 100, "types[]": list(kinds)})
        return [event for event in found.body["data"] if event["data"]["object"]["id"] == intent]
