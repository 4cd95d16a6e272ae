"""Parts of the lines that `make run` prints for a shell."""

from __future__ import annotations

STATUS = r"-w ' %{http_code}\n'"


def pick(name: str) -> str:
    """A sed command that takes one text field out of JSON: there may be no jq."""
    return f"""sed 's/.*"{name}": *"\\([^"]*\\)".*/\\1/'"""


def until_paid() -> str:
    """Waits for the worker; prints the payment, without a status."""
    return """  until curl -sS $API/payments/$PAYMENT -H "$BUYER" | grep '"status":"paid"'; do sleep 1; done"""
