"""Whose account it is, and how a caller proves it."""

from __future__ import annotations

import hmac

from werkzeug.wrappers import Request

from local.sandboxes.kernel.answer import Refusal, json_answer
from local.sandboxes.mercado_pago.errors import Trouble

COLLECTOR_ID = 1000000001
"""The seller's user id. Mercado Pago's access tokens end with it."""

ACCESS_TOKEN = f"TEST-0000000000000001-010100-sandbox-of-mercado-pago-{COLLECTOR_ID}"
WEBHOOK_SECRET = "mercado-pago-sandbox-webhook-secret"  # noqa: S105  a public constant of the sandbox


def check_token(request: Request) -> None:
    """
    Raises:
        Refusal: 403 of the gateway before the API when there is no token at all.
        Trouble: 401 for any other token.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refusal(
            json_answer(
                {
                    "blocked_by": "PolicyAgent",
                    "code": "PA_UNAUTHORIZED_RESULT_FROM_POLICIES",
                    "message": "At least one policy returned UNAUTHORIZED.",
                    "status": 403,
                },
                403,
            )
        )
    if not hmac.compare_digest(token.encode(), ACCESS_TOKEN.encode()):
        raise Trouble(401, "invalid access token", error="unauthorized")
