"""The bank's own books: what each order paid and got back, for assertions in tests."""

from __future__ import annotations

from typing import Any

from local.sandboxes.pix_bank.bank import Bank, Charge, Json

ORDER = "Pedido"
PAYMENT = "Pagamento"
"""The product's names in `infoAdicionais` for the order and for its attempt at paying it."""


def books(bank: Bank) -> dict[str, Any]:
    """Sums by the order named in the charges.

    Returns:
        `{"orders": {order_id: {...}}, "violations": [text]}`. An order has `currency`, `txids`, `payments` (the
        product's ids), `charges` (EndToEndIds, also of those that are not shown yet), `captured` and `refunded` in
        centavos; devoluções in process count as given back. A violation names an order of which two charges hold
        money, or a Pix that gave back more than it brought.
    """
    orders: dict[str, Json] = {}
    violations = []
    for charge in bank.charges.values():
        order = orders.setdefault(_named(charge, ORDER) or f"(no {ORDER}: {charge.txid})", _empty())
        order["txids"].append(charge.txid)
        order["payments"].append(_named(charge, PAYMENT))
        order["charges"] += [pix.e2eid for pix in charge.pix]
        order["captured"] += sum(pix.amount for pix in charge.pix)
        order["refunded"] += sum(pix.given_back for pix in charge.pix)
    for name, order in orders.items():
        holding = [txid for txid in order["txids"] if _kept(bank.charges[txid]) > 0]
        if len(holding) > 1:
            violations.append(f"order {name} has {len(holding)} charges that were paid and kept: {', '.join(holding)}")
    violations += [
        f"Pix {pix.e2eid} gave back {pix.given_back} of {pix.amount}"
        for pix in bank.pix.values()
        if pix.given_back > pix.amount
    ]
    return {"orders": orders, "violations": violations, "token_calls": bank.tokens.calls}


def _empty() -> Json:
    return {"currency": "BRL", "txids": [], "payments": [], "charges": [], "captured": 0, "refunded": 0}


def _kept(charge: Charge) -> int:
    return sum(pix.amount - pix.given_back for pix in charge.pix)


def _named(charge: Charge, name: str) -> str | None:
    entries = charge.current.get("infoAdicionais", [])
    return next((str(entry["valor"]) for entry in entries if entry["nome"] == name), None)
