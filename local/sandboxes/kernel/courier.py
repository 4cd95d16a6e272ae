"""The thread that posts webhooks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

import requests

from local.sandboxes.kernel.webhooks import Webhooks

type Post = Callable[[str, bytes, Mapping[str, str]], int]
"""(url, raw body, headers) -> status of the answer; raises `requests.RequestException` when there is none."""

_TICK_SECONDS = 0.5


class Courier:
    """Posts ready webhooks one after the other until stopped. Anything but 2xx is tried again later.

    Between two webhooks, at least every half second while there are none, it calls `tick`.
    """

    def __init__(
        self, webhooks: Webhooks, *, post: Post | None = None, tick: Callable[[], None] = lambda: None
    ) -> None:
        self._webhooks = webhooks
        self._tick = tick
        self._session = requests.Session()
        self._post = post or self._over_http
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="webhook-courier", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        with self._webhooks.changed:
            self._webhooks.changed.notify_all()
        self._thread.join(timeout=15)
        self._session.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._tick()
            delivery = self._webhooks.take(_TICK_SECONDS, self._stopping.is_set)
            if delivery is None:
                continue
            url = delivery.endpoint.url or ""
            try:
                status = self._post(url, delivery.body, delivery.headers(self._webhooks.wall.now()))
            except requests.RequestException:
                status = 0
            self._webhooks.settle(delivery, accepted=200 <= status < 300)

    def _over_http(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        answer = self._session.post(url, data=body, headers=dict(headers), timeout=(3, 10), allow_redirects=False)
        return answer.status_code
