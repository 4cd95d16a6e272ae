"""Who may call what: keys, versions and accounts in the request's headers."""

from __future__ import annotations

import re

from werkzeug.wrappers import Request

from local.sandboxes.stripe.account import Settings
from local.sandboxes.stripe.errors import StripeProblem, invalid

_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?")


def key_of(request: Request, params_key: object) -> str:
    """The API key: Bearer token, Basic user name, or the `key` parameter of a browser."""
    authorization = request.authorization
    if authorization is not None and authorization.token:
        return authorization.token
    if authorization is not None and authorization.username:
        return str(authorization.username)
    return params_key if isinstance(params_key, str) else ""


def is_public(settings: Settings, key: str) -> bool:
    """Whether the key is the publishable one.

    Raises:
        StripeProblem: 401 for a missing or unknown key.
    """
    if not key:
        raise _unauthorized(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using "
            "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
        )
    if key == settings.publishable_key:
        return True
    if key in settings.secret_keys:
        return False
    raise _unauthorized(f"Invalid API Key provided: {key[:8]}{'*' * max(0, len(key) - 12)}{key[-4:]}")


def secret_key_required() -> StripeProblem:
    return _unauthorized(
        "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of "
        "your API keys at https://dashboard.stripe.com/account/apikeys.",
        code="secret_key_required",
    )


def version_of(request: Request, settings: Settings) -> str:
    version = request.headers.get("Stripe-Version", settings.api_version)
    if not _VERSION.fullmatch(version):
        raise invalid(f"Invalid Stripe API version: {version}")
    return version


def check_account(request: Request, settings: Settings) -> None:
    account = request.headers.get("Stripe-Account", settings.account_id)
    if account != settings.account_id:
        raise invalid(
            f"The provided key does not have access to account '{account}' (or that account does not exist). "
            "Application access may have been revoked.",
            code="account_invalid",
            status=403,
        )


def check_content_type(request: Request) -> None:
    if request.method == "POST" and request.get_data() and request.mimetype != "application/x-www-form-urlencoded":
        raise invalid(
            "Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have "
            "questions, we can help at https://support.stripe.com/."
        )


def check_client_secret(resource: dict[str, object], given: object, what: str) -> None:
    """A browser proves that it may see an object by the object's client secret."""
    if not given:
        raise invalid("Missing required param: client_secret.", code="parameter_missing", param="client_secret")
    if given != resource["client_secret"]:
        raise invalid(
            f"The client_secret provided does not match any associated {what} on this account. Ensure the provided "
            "client_secret and publishable key belong to the same account.",
            param="client_secret",
        )


def _unauthorized(message: str, code: str | None = None) -> StripeProblem:
    problem = invalid(message, code=code, status=401)
    problem.headers["WWW-Authenticate"] = 'Basic realm="Stripe"'
    return problem
