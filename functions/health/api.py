"""GET /health: this function runs, and which release it is of."""

from __future__ import annotations

import os

from commerce.platform.api.models import AnswerModel
from commerce.platform.api.openapi import operation
from commerce.platform.api.resolver import create_api, handle
from commerce.platform.lambda_types import Context, Event, ProxyAnswer
from commerce.platform.observability import observed

app = create_api()


class Health(AnswerModel):
    status: str
    stage: str


@app.get("/health", **operation("Whether the API answers", answers={200: "It does."}, tag="health"))
def health() -> Health:
    return Health(status="ok", stage=os.environ.get("STAGE", "dev"))


@observed
def handler(event: Event, context: Context) -> ProxyAnswer:
    return handle(app, event, context)
