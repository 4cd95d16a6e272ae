"""Who may call what: access tokens, their scopes and their end (developer.paypal.com/api/rest/authentication)."""

from __future__ import annotations

import base64
import binascii
import hmac
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from werkzeug.wrappers import Request

from local.sandboxes.kernel.answer import Answer, Refusal, json_answer
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.paypal.account import Account, Token
from local.sandboxes.paypal.errors import Detail, PaypalProblem, oauth_error

if TYPE_CHECKING:
    from local.sandboxes.paypal.app import PaypalSandbox
    from local.sandboxes.paypal.call import Call

TOKEN_PATH = "/v1/oauth2/token"  # noqa: S105  a path
APP_ID = "APP-80W284485P519543T"

routes = Routes()


@routes.post(TOKEN_PATH)
def give_token(sandbox: PaypalSandbox, call: Call) -> Answer:
    """Basic auth with the app's id and secret, form `grant_type=client_credentials`; every answered call is counted."""
    account = sandbox.state
    account.token_calls += 1
    request = call.request
    if not _is_client(account, request):
        return oauth_error(401, "invalid_client", "Client Authentication failed")
    if request.mimetype != "application/x-www-form-urlencoded":
        return PaypalProblem(415).answer(call.debug_id)
    given = parse_qs(request.get_data().decode(errors="replace"), keep_blank_values=True)
    if given.get("grant_type") != ["client_credentials"]:
        return oauth_error(400, "unsupported_grant_type", "Grant Type is NULL or unsupported")
    token = f"A21AA{account.new_hex(60)}{account.new_hex(32)}"
    seconds = account.settings.token_seconds
    account.tokens[token] = Token(account.now + timedelta(seconds=seconds), account.scopes)
    return json_answer(
        {
            "scope": " ".join(account.scopes),
            "access_token": token,
            "token_type": "Bearer",
            "app_id": APP_ID,
            "expires_in": seconds,
            "nonce": f"{account.stamp}{account.new_hex(32)}",
        }
    )


def check_token(account: Account, request: Request, scope: str) -> None:
    """
    Raises:
        Refusal: 401 `invalid_token`.
        PaypalProblem: 401 without a token, 403 when the token may not do this.
    """
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if kind != "Bearer" or not given:
        raise PaypalProblem(401)
    token = account.tokens.get(given)
    if token is None:
        raise Refusal(oauth_error(401, "invalid_token", "Token signature verification failed"))
    if token.expires_at <= account.now:
        raise Refusal(oauth_error(401, "invalid_token", "The token has expired"))
    if scope not in token.scopes:
        raise PaypalProblem(403, [Detail("PERMISSION_DENIED")])


def _is_client(account: Account, request: Request) -> bool:
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    try:
        known = base64.b64decode(given, validate=True)
    except binascii.Error:
        return False
    expected = f"{account.settings.client_id}:{account.settings.client_secret}".encode()
    return kind == "Basic" and hmac.compare_digest(known, expected)
