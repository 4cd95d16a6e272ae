"""The AWS endpoint of the stack: every request of every function passes here on its way to moto.

It knows who asks (the access key id), writes down what was asked, strikes where a test told it to, and tells the event
sources that there may be something new, so that nobody needs to poll in a hurry.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Protocol

from local.stack.httpd import Hangup, Request, Response, Server
from local.stack.interceptors import Interceptors, Strike
from local.stack.moto_backend import SERVICES
from local.stack.recorder import Caller, Recorder, Touch, touches

_TARGETS = {"DynamoDB": "dynamodb", "DynamoDBStreams": "dynamodbstreams", "AmazonSQS": "sqs", "AWSEvents": "events"}
_READS = ("Get", "List", "Describe", "Query", "Scan", "BatchGet", "TransactGet", "ReceiveMessage")

type Listener = Callable[[str, list[Touch]], None]
"""(service, what was touched), called after a request that changed something."""


class Backend(Protocol):
    account_id: str

    def __call__(self, service: str, request: Request) -> Response: ...

    def close(self) -> None: ...


class AwsEndpoint:
    """Serves AWS on 127.0.0.1 until `stop`.

    `kill` ends the worker that signs with an access key id; `activity` counts requests that changed something.
    """

    def __init__(self, backend: Backend, kill: Callable[[Caller], None]) -> None:
        self._backend = backend
        self._kill = kill
        self._listeners: list[Listener] = []
        self._activity_lock = threading.Lock()
        self.activity = 0
        self.recorder = Recorder()
        self.interceptors = Interceptors()
        self.hash_keys: dict[str, str] = {}
        self._server = Server(self._handle, name="aws")
        self.url = f"http://{self._server.address}"

    def listen(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def stop(self) -> None:
        self._server.stop()
        self._backend.close()

    def _handle(self, request: Request) -> Response:
        caller, service, operation = _identify(request)
        if service not in SERVICES or not operation:
            return _refusal(service, as_json=bool(operation))
        touched = touches(service, operation, request.body, self.hash_keys)
        interception = self.interceptors.take(caller.function, operation, touched) if caller else None
        if caller and interception and interception.strike is Strike.KILL_BEFORE:
            self._kill(caller)
            raise Hangup
        if interception and interception.strike is Strike.FAIL:
            answer = interception.answer
        else:
            answer = self._backend(service, request)
        if caller:
            self.recorder.record(caller, service, operation, touched, answer.status)
        if answer.status < 400 and not operation.startswith(_READS):
            self._tell(service, touched)
        if caller and interception and interception.strike is Strike.KILL_AFTER:
            self._kill(caller)
        if interception and interception.strike in (Strike.KILL_AFTER, Strike.LOSE_ANSWER):
            raise Hangup
        return answer

    def _tell(self, service: str, touched: list[Touch]) -> None:
        with self._activity_lock:
            self.activity += 1
        for listener in self._listeners:
            listener(service, touched)


def _identify(request: Request) -> tuple[Caller | None, str, str]:
    """Who asks which service for what (Signature Version 4: Credential=KEY/DATE/REGION/SERVICE/aws4_request)."""
    credential = (request.header("authorization") or "").partition("Credential=")[2].partition(",")[0].split("/")
    key, signed_service = (credential[0], credential[3]) if len(credential) == 5 else ("", "")
    prefix, _, operation = (request.header("x-amz-target") or "").partition(".")
    service = _TARGETS.get(prefix.partition("_")[0], prefix or signed_service)
    return Caller.parse(key), service, operation


def _refusal(service: str, *, as_json: bool) -> Response:
    """An error in the protocol that the client speaks: a target header means JSON, else XML."""
    code = "UnsupportedOperation"
    text = (
        f"The local stack has no {service or 'such service'}; it has {', '.join(SERVICES)}. "
        "Add it in local/stack/moto_backend.py."
    )
    if as_json:
        body = json.dumps({"__type": code, "message": text})
        return Response(501, body.encode(), [("Content-Type", "application/x-amz-json-1.0")])
    body = f"<ErrorResponse><Error><Code>{code}</Code><Message>{text}</Message></Error></ErrorResponse>"
    return Response(501, body.encode(), [("Content-Type", "text/xml")])
