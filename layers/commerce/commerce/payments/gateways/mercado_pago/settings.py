"""Where Mercado Pago is, and who we are there."""

from __future__ import annotations

from commerce.platform.errors import ConfigurationError
from commerce.platform.secrets import put_command

PROVIDER = "mercado_pago"
OFFICIAL_HOSTS = ("api.mercadopago.com",)
DASHBOARD = "https://www.mercadopago.com.br/developers/panel/app"
SECRET_FIELDS = ("access_token", "webhook_secret", "webhook_secret_previous")
_PREFIXES = {False: "TEST-", True: "APP_USR-"}


def require_token(token: str, *, live_mode: bool) -> str:
    """`token`, if it is one of the deployment's mode (AUT-05).

    Raises:
        ConfigurationError: `wrong_key`; says what was expected and where to get it, never the token itself.
    """
    if not token.startswith(_PREFIXES[live_mode]):
        mode, switch = ("production", "true") if live_mode else ("test", "false")
        raise ConfigurationError(
            f"access_token of Mercado Pago's secret is no {mode} token, but LIVE_MODE is {switch}: expected one that "
            f"begins with {_PREFIXES[live_mode]}. Copy it from {DASHBOARD}, your application, {mode} credentials, and "
            f"store it with {put_command('$MERCADO_PAGO_SECRET_NAME', *SECRET_FIELDS)}, or deploy with the other "
            "LiveMode.",
            code="wrong_key",
            details={"field": "access_token"},
        )
    return token


def account_of(token: str) -> int | None:
    """The user id of the account, with which every access token ends ("collector_id", guide "Credentials")."""
    end = token.rpartition("-")[2]
    return int(end) if end.isascii() and end.isdigit() else None
