from __future__ import annotations

import pytest
import stripe

from tests.unit.sandboxes.stripe.support import START, Bench


@pytest.fixture
def ids(bench: Bench) -> list[str]:
    made = []
    for _ in range(5):
        made.append(bench.intent().id)
        bench.box.advance(10)
    return made


def test_pages_forwards_and_backwards(bench: Bench, ids: list[str]) -> None:
    newest = ids[::-1]
    first = bench.v1.payment_intents.list(params={"limit": 2})
    assert ([i.id for i in first.data], first.has_more) == (newest[:2], True)
    second = bench.v1.payment_intents.list(params={"limit": 2, "starting_after": newest[1]})
    assert ([i.id for i in second.data], second.has_more) == (newest[2:4], True)
    back = bench.v1.payment_intents.list(params={"limit": 2, "ending_before": newest[4]})
    assert ([i.id for i in back.data], back.has_more) == (newest[2:4], True)
    assert [i.id for i in first.auto_paging_iter()] == newest


@pytest.mark.parametrize(
    ("created", "expected"),
    [
        ({"gte": START + 10, "lt": START + 30}, [1, 2]),
        ({"gt": START + 10, "lte": START + 30}, [2, 3]),
        (START + 20, [2]),
    ],
)
def test_created_bounds(bench: Bench, ids: list[str], created: object, expected: list[int]) -> None:
    found = bench.v1.payment_intents.list(params={"created": created}).data
    assert [i.id for i in found] == [ids[place] for place in expected[::-1]]


@pytest.mark.parametrize(
    "params", [{"limit": 0}, {"limit": 101}, {"starting_after": "pi_unknown"}, {"created": {"eq": 1}}, {"status": "x"}]
)
def test_lists_that_are_refused(bench: Bench, ids: list[str], params: dict[str, object]) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        bench.v1.payment_intents.list(params=params)


def test_a_filter_by_customer(bench: Bench) -> None:
    customer = bench.v1.customers.create()
    bench.intent()
    mine = bench.intent(customer=customer.id)
    assert [i.id for i in bench.v1.payment_intents.list(params={"customer": customer.id}).data] == [mine.id]


def test_expansion_at_every_level(bench: Bench) -> None:
    customer = bench.v1.customers.create()
    paid = bench.pay(customer=customer.id)
    bench.v1.refunds.create(params={"payment_intent": paid.id, "amount": 1})
    found = bench.v1.payment_intents.retrieve(
        paid.id, params={"expand": ["customer", "payment_method", "latest_charge.refunds.data.charge"]}
    )
    assert (found.customer.id, found.payment_method.type) == (customer.id, "card")
    assert [(r.amount, r.charge.id) for r in found.latest_charge.refunds.data] == [(1, paid.latest_charge)]
    listed = bench.v1.payment_intents.list(params={"expand": ["data.latest_charge.refunds"]}).data[0]
    assert listed.latest_charge.refunds.data[0].amount == 1
    assert "refunds" not in bench.v1.charges.retrieve(paid.latest_charge).to_dict()


@pytest.mark.parametrize("path", ["colour", "latest_charge.colour", "a.b.c.d.e"])
def test_expansions_that_are_refused(bench: Bench, path: str) -> None:
    paid = bench.pay()
    with pytest.raises(stripe.InvalidRequestError):
        bench.v1.payment_intents.retrieve(paid.id, params={"expand": [path]})
