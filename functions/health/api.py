"""GET /health: this function runs, and of which stage. And everything else that the API has no route for.

The gateway's own answer to a wrong method is a bare 404. Its route of everything else, `$default`, leads here instead,
where routes.json (written by `make openapi`) knows which methods each path has. `OPTIONS /{proxy+}` lets the preflights
of browsers past the authorizer of `$default`; the gateway adds the CORS headers to the answer.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from commerce.platform.api.models import AnswerModel
from commerce.platform.api.openapi import operation
from commerce.platform.api.resolver import create_api, handle
from commerce.platform.lambda_types import Context, Event, ProxyAnswer
from commerce.platform.observability import observed

ROUTES = json.loads(Path(__file__).with_name("routes.json").read_text(encoding="utf-8"))
"""Path -> methods of the whole API."""

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
        return _options(event["rawPath"])
    # Nobody here reads a body, and a wrong method is to be named before whatever is wrong with the body.
    return handle(app, {**event, "body": None}, context)


def _options(path: str) -> ProxyAnswer:
    allow = ", ".join([*app.allowed_methods(path), "OPTIONS"])
    return {"statusCode": 204, "headers": {"Allow": allow, "Cache-Control": "no-store"}, "body": ""}
