"""The smallest sandbox on the kernel, to try the kernel itself."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from werkzeug.wrappers import Request

from local.sandboxes.kernel.answer import Answer, Refusal, json_answer
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.kernel.sandbox import Exchange, Sandbox
from local.sandboxes.kernel.webhooks import Delivery, Endpoint

routes = Routes()


class EchoSandbox(Sandbox[Exchange]):
    name = "echo"
    routes = routes

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.acted: list[str] = []
        self.remembered: list[Answer] = []
        self.endpoint = Endpoint(sign)

    def open(self, request: Request) -> Exchange:
        return Exchange(request)

    def close(self, exchange: Exchange, answer: Answer) -> Answer:  # noqa: ARG002
        self.remembered.append(answer)
        return answer

    def reset(self) -> None:
        self.acted.clear()

    def books(self) -> dict[str, object]:
        return {"acted": len(self.acted)}


def sign(body: bytes, now: datetime) -> dict[str, str]:
    return {"X-Signed": f"{int(now.timestamp())} {hashlib.sha256(body).hexdigest()}"}


@routes.post("/things/<name>")
def make(sandbox: EchoSandbox, exchange: Exchange, name: str) -> Answer:
    sandbox.acted.append(name)
    body = exchange.request.get_data()
    sandbox.webhooks.send(Delivery(f"evt_{len(sandbox.acted)}", "thing.made", body, sandbox.endpoint))
    return json_answer({"made": name, "body": body.decode()}, 201)


@routes.get("/refused")
def refuse(sandbox: EchoSandbox, exchange: Exchange) -> Answer:
    raise Refusal(json_answer({"error": "no"}, 403))
