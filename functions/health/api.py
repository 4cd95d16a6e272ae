"""GET /health, and the answer to everything that no other function is there for: 404, or 405 with Allow."""

from __future__ import annotations

import json
import os
from pathlib import Path

from commerce.platform.answers import answer
from commerce.platform.api.models import AnswerModel
from commerce.platform.api.openapi import operation
from commerce.platform.api.resolver import create_api, handle
from commerce.platform.lambda_types import Context, Event, ProxyAnswer
from commerce.platform.observability import observed

ROUTES = json.loads(Path(__file__).with_name("routes.json").read_text(encoding="utf-8"))
"""Path -> methods of the whole API, as in template.yaml."""

app = create_api(elsewhere=ROUTES)


class Health(AnswerModel):
    status: str
    stage: str


@app.get("/health", **operation("Whether the API answers", answers={200: "It does."}, tag="health"))
def health() -> Health:
    return Health(status="ok", stage=os.environ.get("STAGE", "dev"))


@observed
def handler(event: Event, context: Context) -> ProxyAnswer:
    if event["requestContext"]["http"]["method"] == "OPTIONS":
        # A preflight that fell through to $default; the gateway puts its CORS headers on it.
        return answer(204)
    return handle(app, event, context)
