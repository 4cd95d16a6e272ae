"""The front door: one address for the HTTP API, the function URLs and the description of the API."""

from __future__ import annotations

from collections.abc import Callable

from local.stack.docs_page import DocsPage
from local.stack.function_urls import PREFIX, FunctionUrls
from local.stack.http_api import MAX_PAYLOAD, NOT_FOUND
from local.stack.httpd import Request, Response, Server

STARTING = Response(503, b'{"message":"The stack is starting."}', [("Content-Type", "application/json")])


class FrontDoor:
    """Listens from construction, so that its address is known before what is behind it exists; answers after `open`."""

    def __init__(self, port: int) -> None:
        self._answer: Callable[[Request], Response] = lambda _: STARTING
        self._server = Server(self._handle, name="front", port=port, max_body=MAX_PAYLOAD)
        self.url = f"http://{self._server.address}"

    def url_of(self, function: str) -> str:
        return f"{self.url}{PREFIX}{function}/"

    def open(self, api: Callable[[Request], Response] | None, urls: FunctionUrls, docs: DocsPage) -> None:
        def answer(request: Request) -> Response:
            if request.path.startswith(PREFIX):
                return urls(request)
            if page := docs.find(request):
                return page()
            return api(request) if api else NOT_FOUND

        self._answer = answer

    def _handle(self, request: Request) -> Response:
        return self._answer(request)

    def stop(self) -> None:
        self._server.stop()
