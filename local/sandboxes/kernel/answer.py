"""An HTTP answer as a value, so that it can be stored, replayed, replaced and compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def with_headers(self, **headers: str) -> Answer:
        """A copy with more headers; underscores in the names stand for hyphens."""
        added = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **added})


class Refusal(Exception):
    """Raised by a handler that answers with an error."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.body.decode(errors="replace"))
        self.answer = answer


def json_answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, body, {"Content-Type": "application/json", **(headers or {})})


def problem(status: int, code: str, message: str) -> Answer:
    """An error of the sandbox itself, never to be mistaken for one of the provider."""
    return json_answer({"error": {"type": "sandbox_error", "code": code, "message": message}}, status)
