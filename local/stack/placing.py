"""Lines about addresses and the map: a CEP, an address book, a place, a way.

See greeting.py for what all lines keep to.
"""

from __future__ import annotations

import json

from local.stack.lines import STATUS, pick
from local.stack.stack import Stack

_HOME = {"country": "BR", "postal_code": "01304-001", "number": "1200", "label": "Casa"}
_SHOP = "Avenida Paulista, 1578, São Paulo"
_BUYER = "Rua Augusta, 1200, São Paulo"


def on_the_map(stack: Stack, buyer: str) -> list[str]:
    """Args:
    buyer: the user whose token the shell has in `$BUYER`.
    """
    home = json.dumps(_HOME)
    way = json.dumps({"origins": [{"address": _SHOP}], "destinations": [{"address": _BUYER}]}, ensure_ascii=False)
    return [
        "An address from its CEP, saved with nothing but the number typed; a place on the map, and the way there:",
        f'  curl -sS $API/addresses/cep/01310-100 -H "$BUYER" {STATUS}',
        f"""  SAVED=$(curl -sS $API/users/{buyer}/addresses -H "$BUYER" -H "$JSON" -H "Idempotency-Key: home-1" \\""",
        f"""    -d '{home}'); echo "$SAVED\"""",
        *_located(stack, buyer),
        f'  curl -sS -G $API/geocode --data-urlencode "address={_SHOP}" -H "$BUYER" {STATUS}',
        """  curl -sS $API/distances -H "$BUYER" -H "$JSON" -H "Idempotency-Key: way-1" \\""",
        f"    -d '{way}' {STATUS}",
    ]


def _located(stack: Stack, buyer: str) -> list[str]:
    """Waits until the background has found the saved address, which it does where that is free of charge."""
    if stack.options.parameters.get("GeocodeAddresses") != "true":
        return []
    return [
        f'  ADDRESS=$(echo "$SAVED" | {pick("address_id")})',
        f"""  until curl -sS $API/users/{buyer}/addresses/$ADDRESS -H "$BUYER" | grep '"lat"'; do sleep 1; done""",
    ]
