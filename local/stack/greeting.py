"""What `make run` says when it is ready: addresses, a token for each role, and lines to paste into a shell.

The lines are indented, work in bash and zsh when pasted in order, and hold no comments: an interactive zsh has none.
"""

from __future__ import annotations

import json

from local.stack.lines import STATUS, pick, until_paid
from local.stack.paying import ways_to_pay
from local.stack.placing import on_the_map
from local.stack.stack import Stack

ROLES = {"store": "store-backend", "buyer": "buyer-1", "operator": "operator-1"}
_LIFETIME = 12 * 3600
_REAL_STRIPE = "https://api.stripe.com"
_ITEM = {"sku": "mug-01", "name": "Caneca", "unit_price": 6495, "quantity": 2}
_STREET = {"line1": "Rua das Flores", "number": "10", "district": "Centro", "city": "São Paulo", "state": "SP"}
_ORDER = {
    "amount": 12990,
    "currency": "BRL",
    "items": [_ITEM],
    "buyer": {"id": ROLES["buyer"], "name": "Ana Souza", "email": "ana@example.com", "tax_id": "390.533.447-05"},
    "shipping_address": {**_STREET, "postal_code": "01001-000", "country": "BR"},
}


def greeting(stack: Stack) -> str:
    """All of it, for a running stack of this repository's template."""
    ways = [_order(stack), *ways_to_pay(stack), on_the_map(stack, ROLES["buyer"])]
    parts = [_addresses(stack), _shell(stack), *ways, _refused(stack), _controls(stack), ["Ctrl-C stops it."]]
    return "\n".join(line for part in parts if part for line in ("", *part))


def _addresses(stack: Stack) -> list[str]:
    rows = {"API": stack.api_url, "OpenAPI page": f"{stack.api_url}/docs  (the file: {stack.api_url}/openapi.json)"}
    rows |= {f"{name.removesuffix('WebhookFunction')} webhooks": stack.function_url(name) for name in stack.webhooks}
    rows |= {
        f"Sandbox {name}": f"{one.url}  (what it can be told: {one.url}/_sandbox/)"
        for name, one in stack.sandboxes.items()
    }
    rows |= {
        f"{name} for real": "its webhooks cannot reach this machine; the poller asks instead, a minute later"
        for name in stack.real_providers
    }
    if "sendgrid" in stack.sandboxes:
        rows["Mails"] = f"{stack.sandbox('sendgrid').state.folder}  (written when an order is paid)"
    rows["AWS"] = f"{stack.aws_url}  (for aws --endpoint-url)"
    width = max(map(len, rows))
    return ["The application is running.", *(f"{name:<{width}}  {value}" for name, value in rows.items())]


def _shell(stack: Stack) -> list[str]:
    lines = ["Paste these into another terminal: the addresses, and a token for each role, good for 12 hours."]
    lines.append(f"  API={stack.api_url}")
    lines += [f"  {name.upper()}={one.url}" for name, one in stack.sandboxes.items()]
    if "stripe" not in stack.sandboxes:
        lines.append(f"  STRIPE={_REAL_STRIPE}")
    lines.append("  JSON='Content-Type: application/json'")
    lines.append(f"  ORDER='{json.dumps(_ORDER, ensure_ascii=False)}'")
    for role, sub in ROLES.items():
        token = stack.token(sub=sub, scopes=[role], lifetime=_LIFETIME)
        lines.append(f"  {role.upper()}='Authorization: Bearer {token}'")
    return lines


def _order(stack: Stack) -> list[str]:
    return [
        "An order, paid as a browser pays (Stripe.js confirms with a test card), and half of it given back:",
        f"  curl -sS $API/health {STATUS}",
        f"""  curl -sS -X PUT $API/orders/order-1 -H "$STORE" -H "$JSON" -d "$ORDER" {STATUS}""",
        """  CHECKOUT=$(curl -sS $API/checkout/card -H "$BUYER" -H "$JSON" -H "Idempotency-Key: click-1" \\""",
        """    -d '{"order_id": "order-1"}'); echo "$CHECKOUT\"""",
        f'  PAYMENT=$(echo "$CHECKOUT" | {pick("payment_id")})',
        f'  SECRET=$(echo "$CHECKOUT" | {pick("client_secret")})',
        f'  KEY=$(echo "$CHECKOUT" | {pick("publishable_key")})',
        '  curl -sS -u "$KEY:" "$STRIPE/v1/payment_intents/${SECRET%_secret_*}/confirm" \\',
        f'    -d client_secret="$SECRET" -d payment_method=pm_card_visa {STATUS}',
        until_paid(),
        """  curl -sS $API/payments/$PAYMENT/refunds -H "$OPERATOR" -H "$JSON" -H "Idempotency-Key: back-1" \\""",
        f"""    -d '{{"refund_id": "mug-back", "amount": {_ITEM["unit_price"]}}}' {STATUS}""",
        f'  curl -sS $API/payments/$PAYMENT -H "$BUYER" {STATUS}',
        *_receipt(stack),
    ]


def _receipt(stack: Stack) -> list[str]:
    if "sendgrid" not in stack.sandboxes:
        return []
    return ["  until curl -sS $SENDGRID/_sandbox/mail | grep order-1; do sleep 1; done"]


def _refused(stack: Stack) -> list[str]:
    forged = {"StripeWebhookFunction": "-H 'Stripe-Signature: t=1,v1=0' "}
    return [
        "Requests that are refused: a foreign token, an amount of nothing, an order nobody knows, forged webhooks:",
        f'  curl -sS -X PUT $API/orders/order-2 -H "$BUYER" -H "$JSON" -d \'{{}}\' {STATUS}',
        f"""  curl -sS -X PUT $API/orders/order-2 -H "$STORE" -H "$JSON" -d '{{"amount": 0}}' {STATUS}""",
        """  curl -sS $API/checkout/card -H "$BUYER" -H "$JSON" -H "Idempotency-Key: click-2" \\""",
        f"""    -d '{{"order_id": "nobodys"}}' {STATUS}""",
        *(f"  curl -sS {stack.function_url(name)} {forged.get(name, '')}-d '{{}}' {STATUS}" for name in stack.webhooks),
    ]


def _controls(stack: Stack) -> list[str]:
    if "stripe" not in stack.sandboxes:
        return []
    fault = json.dumps({"kind": "cut_after", "method": "POST", "path": "/v1/payment_intents$"})
    return [
        "Stripe's own books; trouble for the next checkout (its answer lost, webhooks sent twice); and none again:",
        f"  curl -sS $STRIPE/_sandbox/books {STATUS}",
        f"  curl -sS $STRIPE/_sandbox/faults -d '{fault}' {STATUS}",
        f"""  curl -sS $STRIPE/_sandbox/webhooks -d '{{"mode": "duplicate"}}' {STATUS}""",
        f"  curl -sS -X DELETE $STRIPE/_sandbox/faults {STATUS}",
        f"""  curl -sS $STRIPE/_sandbox/webhooks -d '{{"mode": "deliver"}}' {STATUS}""",
    ]
