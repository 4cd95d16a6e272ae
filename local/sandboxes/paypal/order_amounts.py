"""Whether an order's amounts add up (Orders v2, list of issues of "create order")."""

from __future__ import annotations

from collections.abc import Iterator

from local.sandboxes.paypal.errors import Detail
from local.sandboxes.paypal.money import check_money, minor
from local.sandboxes.paypal.order_fields import DISCOUNTS, PARTS
from local.sandboxes.paypal.resource import Resource


def check_unit(unit: Resource, at: str) -> Iterator[Detail]:
    """What is wrong with the amounts of a purchase unit whose shape is right."""
    problems = list(_each(unit, at))
    if not problems:
        problems = list(_sums(unit, at))
    yield from problems


def _each(unit: Resource, at: str) -> Iterator[Detail]:
    amount = unit["amount"]
    yield from check_money(amount, f"{at}/amount")
    others = [(f"amount/breakdown/{name}", part, True) for name, part in amount.get("breakdown", {}).items()]
    for index, item in enumerate(unit.get("items", [])):
        others.append((f"items/{index}/unit_amount", item["unit_amount"], True))
        others += [(f"items/{index}/tax", item["tax"], True)] if "tax" in item else []
    for where, money, zero in others:
        yield from check_money(money, f"{at}/{where}", zero=zero)
        if money["currency_code"] != amount["currency_code"]:
            yield Detail("MULTI_CURRENCY_ORDER", f"{at}/{where}/currency_code", money["currency_code"])


def _sums(unit: Resource, at: str) -> Iterator[Detail]:
    amount, items = unit["amount"], unit.get("items", [])
    breakdown = amount.get("breakdown", {})
    parts = {name: minor(part) for name, part in breakdown.items()}
    total = sum(parts.get(name, 0) for name in PARTS) - sum(parts.get(name, 0) for name in DISCOUNTS)
    if breakdown and total != minor(amount):
        yield Detail("AMOUNT_MISMATCH", f"{at}/amount/value", amount["value"])
    for part, key, issue in (("item_total", "unit_amount", "ITEM_TOTAL"), ("tax_total", "tax", "TAX_TOTAL")):
        counted = [minor(item[key]) * int(item["quantity"]) for item in items if key in item]
        if counted and part not in parts:
            yield Detail(f"{issue}_REQUIRED", f"{at}/amount/breakdown/{part}")
        elif counted and sum(counted) != parts[part]:
            yield Detail(f"{issue}_MISMATCH", f"{at}/amount/breakdown/{part}/value", breakdown[part]["value"])
