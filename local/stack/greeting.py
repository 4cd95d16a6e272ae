"""What `make run` says when it is ready: addresses, a token for each role, and lines to paste into a shell."""

from __future__ import annotations

import json

from local.stack.stack import Stack

ROLES = {"store": "store-backend", "buyer": "buyer-1", "operator": "operator-1"}
_LIFETIME = 12 * 3600
_ORDER = {
    "amount": 12990,
    "currency": "BRL",
    "items": [{"sku": "mug-01", "name": "Caneca", "unit_price": 12990, "quantity": 1}],
    "buyer": {"id": ROLES["buyer"], "name": "Ana Souza", "email": "ana@example.com", "locale": "pt-BR"},
    "shipping_address": {
        "line1": "Rua das Flores",
        "number": "10",
        "city": "São Paulo",
        "state": "SP",
        "postal_code": "01001-000",
        "country": "BR",
    },
}


def greeting(stack: Stack) -> str:
    """All of it, for a running stack of this repository's template."""
    return "\n".join(["", *_addresses(stack), "", *_tokens(stack), "", *_lines(stack), "", "Ctrl-C stops it."])


def _addresses(stack: Stack) -> list[str]:
    rows = {"API": stack.api_url, "Description": f"{stack.api_url}/docs"}
    rows |= {f"Webhooks of {name.removesuffix('WebhookFunction')}": stack.function_url(name) for name in stack.webhooks}
    rows |= {f"Sandbox {name}": one.url for name, one in stack.sandboxes.items()}
    rows |= {
        f"{name} is called for real": "its webhooks cannot reach this machine; the poller asks instead"
        for name in stack.real_providers
    }
    rows["AWS"] = stack.aws_url
    width = max(map(len, rows))
    return ["The application is running:", *(f"  {name:<{width}}  {value}" for name, value in rows.items())]


def _tokens(stack: Stack) -> list[str]:
    lines = ["A token for each role, good for 12 hours. Paste these lines into a shell first:"]
    for role, sub in ROLES.items():
        lines.append(
            f"  {role.upper()}='Authorization: Bearer {stack.token(sub=sub, scopes=[role], lifetime=_LIFETIME)}'"
        )
    return [*lines, f"  API={stack.api_url}", "  JSON='Content-Type: application/json'"]


def _lines(stack: Stack) -> list[str]:
    order = json.dumps(_ORDER, ensure_ascii=False)
    lines = [
        "Then, from order to refund:",
        "  curl -s $API/health; echo",
        f"""  curl -s -X PUT $API/orders/order-1 -H "$STORE" -H "$JSON" -d '{order}'; echo""",
        """  CHECKOUT=$(curl -s $API/checkout/card -H "$BUYER" -H "$JSON" -H "Idempotency-Key: try-1" \\""",
        """    -d '{"order_id": "order-1"}'); echo "$CHECKOUT\"""",
        f'  PAYMENT=$(echo "$CHECKOUT" | {_pick("payment_id")})',
    ]
    if "stripe" in stack.sandboxes:
        confirm = f"{stack.sandboxes['stripe'].url}/v1/payment_intents/${{SECRET%_secret_*}}/confirm"
        lines += [
            "  # what Stripe.js does in the browser: the buyer confirms with a test card",
            f'  SECRET=$(echo "$CHECKOUT" | {_pick("client_secret")})',
            f"  curl -s -u pk_test_sandbox: {confirm} \\",
            '    -d client_secret="$SECRET" -d payment_method=pm_card_visa -o /dev/null',
            "  # the webhook and the worker need a moment",
            """  until curl -s $API/payments/$PAYMENT -H "$BUYER" | grep '"status":"paid"'; do sleep 1; done""",
        ]
    return [
        *lines,
        """  curl -s $API/payments/$PAYMENT/refunds -H "$OPERATOR" -H "$JSON" -H "Idempotency-Key: refund-1" \\""",
        """    -d '{"refund_id": "refund-1", "amount": 2990}'; echo""",
        '  curl -s $API/payments/$PAYMENT -H "$BUYER"; echo',
    ]


def _pick(name: str) -> str:
    """A sed command that takes one text field out of JSON: there may be no jq."""
    return f"""sed 's/.*"{name}": *"\\([^"]*\\)".*/\\1/'"""
