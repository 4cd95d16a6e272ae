"""AWS itself: moto in this process, called straight with what came over the wire.

Each stack has an account of its own, so several stacks in one process share nothing. Requests are carried out one at a
time: moto's data structures are not safe under threads (measured: 200 transactions, a counter of 183).
"""

from __future__ import annotations

import io
import secrets
import threading
from typing import Any, cast
from urllib.parse import unquote_to_bytes

from moto.backends import get_backend
from moto.moto_server.werkzeug_app import create_backend_app

from local.stack import moto_transactions
from local.stack.httpd import Request, Response
from local.stack.request_tokens import RequestTokens

SERVICES = ("dynamodb", "dynamodbstreams", "sqs", "events", "secretsmanager")


class MotoBackend:
    """Answers requests of the services in `SERVICES` for one account."""

    def __init__(self) -> None:
        self.account_id = f"{secrets.randbelow(10**12):012d}"
        moto_transactions.install()
        self._lock = threading.Lock()
        self._apps: dict[str, Any] = {}
        self._tokens = RequestTokens()

    def __call__(self, service: str, request: Request) -> Response:
        with self._lock:
            return self._tokens.answer(request, lambda: self._act(service, request))

    def _act(self, service: str, request: Request) -> Response:
        answer: list[Response] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> None:
            kept = [(name, value) for name, value in headers if name.lower() not in ("content-length", "connection")]
            answer.append(Response(int(status.split(maxsplit=1)[0]), b"", kept))

        body = b"".join(self._app(service)(self._environ(request), start_response))
        return Response(answer[0].status, body, answer[0].headers)

    def close(self) -> None:
        """Forget everything of this account."""
        with self._lock:
            for service in SERVICES:
                cast("dict[str, object]", get_backend(cast("Any", service))).pop(self.account_id, None)

    def _app(self, service: str) -> Any:
        if service not in self._apps:
            self._apps[service] = create_backend_app(cast("Any", service))
        return self._apps[service]

    def _environ(self, request: Request) -> dict[str, object]:
        environ: dict[str, object] = {
            "REQUEST_METHOD": request.method,
            "PATH_INFO": unquote_to_bytes(request.path).decode("latin-1"),
            "QUERY_STRING": request.query,
            "RAW_URI": request.target,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": request.peer,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(request.body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "CONTENT_LENGTH": str(len(request.body)),
        }
        for name, value in request.headers:
            if name == "content-type":
                environ["CONTENT_TYPE"] = value
            elif name != "content-length":
                environ["HTTP_" + name.upper().replace("-", "_")] = value
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = self.account_id
        return environ
