"""SendGrid as far as a store needs it: POST /v3/mail/send with its authentication, limits, errors and headers."""

from __future__ import annotations

import hmac
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any, ClassVar

from werkzeug.wrappers import Request

from commerce.platform.clock import Clock
from local.sandboxes.kernel.answer import Answer, Refusal, json_answer
from local.sandboxes.kernel.clock import MovableClock, epoch
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.kernel.sandbox import Exchange, Sandbox
from local.sandboxes.sendgrid.findings import errors_answer
from local.sandboxes.sendgrid.letter import check_mail, sandbox_mode
from local.sandboxes.sendgrid.mailroom import Mailroom

API_KEY = "SG.sandbox"
SEND = "/v3/mail/send"
MAX_BYTES = 30 * 1024 * 1024
MESSAGES = {
    400: "bad request",
    401: "authorization required",
    403: "access forbidden",
    404: "not found",
    405: "method not allowed",
    413: "content too large",
    415: "unsupported media type",
    429: "too many requests",
    500: "internal server error",
    503: "service unavailable",
}

routes = Routes()
controls = Routes()


class SendGridSandbox(Sandbox[Exchange]):
    """Args:
    mail_folder: where accepted mails are written for a person to open; None writes none.
    api_key: the one key that may send.
    verified_senders: addresses that may send; None lets any.
    rate_limit: requests per second, answered with 429 beyond.
    """

    name: ClassVar[str] = "sendgrid"
    routes: ClassVar[Routes] = routes
    controls: ClassVar[Routes | None] = controls

    def __init__(
        self,
        *,
        mail_folder: Path | None = None,
        api_key: str = API_KEY,
        verified_senders: Collection[str] | None = None,
        rate_limit: int = 10_000,
        clock: MovableClock | None = None,
        wall: Clock | None = None,
    ) -> None:
        super().__init__(clock=clock, wall=wall)
        self.state = Mailroom(mail_folder)
        self.api_key = api_key
        self.verified_senders = verified_senders
        self.rate_limit = rate_limit
        self._window = (0, 0)

    def open(self, request: Request) -> Exchange:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not hmac.compare_digest(key.encode(), self.api_key.encode()):
            raise Refusal(self.outage(401))
        second, used = self._window
        self._window = (epoch(self.clock), used + 1 if second == epoch(self.clock) else 1)
        if self._window[1] > self.rate_limit:
            raise Refusal(self._limited(self.outage(429)))
        return Exchange(request)

    def close(self, exchange: Exchange, answer: Answer) -> Answer:  # noqa: ARG002
        return self._limited(answer)

    def reset(self) -> None:
        self.state.clear()
        self._window = (0, 0)

    def books(self) -> dict[str, object]:
        """How many mails were accepted, and how often each of our message ids was."""
        return {
            "sent": len(self.state.sent),
            "checked": self.state.checked,
            "copies": dict(self.state.copies()),
            "duplicates": self.state.duplicates(),
        }

    def outage(self, status: int) -> Answer:
        return errors_answer(status, MESSAGES.get(status, "error"))

    def unknown_route(self, request: Request) -> Answer:
        return self.outage(405) if request.path == SEND else super().unknown_route(request)

    def _limited(self, answer: Answer) -> Answer:
        second, used = self._window
        return answer.with_headers(
            X_RateLimit_Limit=str(self.rate_limit),
            X_RateLimit_Remaining=str(max(self.rate_limit - used, 0)),
            X_RateLimit_Reset=str(second + 1),
        )


@routes.post(SEND)
def send_mail(sandbox: SendGridSandbox, exchange: Exchange) -> Answer:
    body = _body_of(exchange.request)
    refused = check_mail(body, sandbox.clock.now()).answer()
    if refused is not None:
        return refused
    senders = sandbox.verified_senders
    if senders is not None and body["from"]["email"] not in senders:
        return errors_answer(403, "The from address is no verified Sender Identity.", "from")
    if sandbox_mode(body):
        sandbox.state.checked += 1
        return Answer(200)
    return Answer(202, b"", {"X-Message-Id": sandbox.state.accept(body, sandbox.clock.now())})


def _body_of(request: Request) -> dict[str, Any]:
    raw = request.get_data()
    if len(raw) > MAX_BYTES:
        raise Refusal(errors_answer(413, MESSAGES[413]))
    if request.mimetype != "application/json":
        raise Refusal(errors_answer(415, MESSAGES[415]))
    try:
        body = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise Refusal(errors_answer(415, "Invalid UTF8 in request")) from None
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise Refusal(errors_answer(400, MESSAGES[400]))
    return body


@controls.get("/_sandbox/mail")
def list_mail(sandbox: SendGridSandbox, request: Request) -> Answer:  # noqa: ARG001
    """The accepted mails in order, with the paths of their files."""
    return json_answer([mail.summary() for mail in sandbox.state.sent])
