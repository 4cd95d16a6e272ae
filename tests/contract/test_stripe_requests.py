"""Every request that we send to Stripe fits its official description."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from commerce.payments.customer_store import CustomerRecord
from commerce.payments.gateways.stripe.customers import KEY_LIFE, StripeCustomers
from commerce.payments.gateways.stripe.gateway import StripeGateway
from commerce.payments.gateways.stripe.methods import Profile
from commerce.payments.model import CaptureMethod, CommandStatus, Refund
from commerce.platform.clock import ManualClock
from tests.builders import NOW, PRICE
from tests.contract.openapi import OpenApi
from tests.contract.specs import spec_json
from tests.contract.stripe_forms import RENAMED, nested, typed
from tests.unit.payments.stripe.objects import Json, charge, dispute, intent, listing, refund
from tests.unit.payments.stripe.slips import boleto_payment, pix_payment
from tests.unit.payments.stripe.test_customers import Store, customer, method
from tests.unit.payments.stripe.wire import TERMS, Asked, Wire, at_stripe, client_over, soon, start_payment

FORM = "application/x-www-form-urlencoded"
SAVED = {"customer_ref": "cus_1", "payment_method_ref": "pm_1"}
SETUP = {"id": "seti_1", "status": "requires_payment_method", "client_secret": "seti_1_secret_x"}

type Act = Callable[[StripeGateway, StripeCustomers], object]


@cache
def description() -> OpenApi:
    return OpenApi(spec_json("stripe/payments-2026-05-27.dahlia.json"))


def path_and_template(asked: Asked) -> str:
    """The described path that this request goes to."""
    for template in description().document["paths"]:
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), asked.path) and _is_literal(template, asked.path):
            return str(template)
    pytest.fail(f"Stripe describes no path {asked.path}")


def _is_literal(template: str, path: str) -> bool:
    """`/v1/payment_intents/search` is no `{intent}`: a parameter holds an id of ours."""
    pairs = zip(template.split("/"), path.split("/"), strict=True)
    return all(there.startswith(("pi_", "pm_", "cus_", "seti_")) for given, there in pairs if given.startswith("{"))


def problems(asked: Asked) -> list[str]:
    template = path_and_template(asked)
    found = description().document["paths"][template].get(asked.method.lower())
    if found is None:
        return [f"{asked.method} {template} is not described"]
    raw = {RENAMED.get(name, name): value for name, value in nested(asked.params).items()}
    if asked.method == "POST":
        schema = description().request(template, "post", FORM)
        return description().problems(schema, typed(schema, raw))
    declared = description().query(template, "get")
    unknown = [f"{name}: no such parameter" for name in raw if name not in declared]
    known = [(declared[name]["schema"], value) for name, value in raw.items() if name in declared]
    return unknown + [text for schema, value in known for text in description().problems(schema, typed(schema, value))]


def start(**choices: Any) -> tuple[list[Json], Act]:
    return [intent()], lambda g, _: g.start(start_payment(**choices), TERMS, key="k", deadline=soon())


def issue(method: str) -> tuple[list[Json], Act]:
    return [intent()], lambda g, _: g.start(SLIPS[method], TERMS, key="k", deadline=soon())


def cancel(reason: str | None) -> tuple[list[Json], Act]:
    return [intent("canceled")], lambda g, _: g.cancel(at_stripe(), reason=reason, key="k", deadline=soon())


def give_back(reason: str | None) -> tuple[list[Json], Act]:
    asked = Refund("r1", 1000, CommandStatus.SENT, requested_at=NOW, reason=reason)
    money = PRICE.with_amount(1000)
    return [refund(), intent("succeeded")], lambda g, _: g.refund(at_stripe(), asked, money, key="k", deadline=soon())


def find(gateway: StripeGateway, _: StripeCustomers) -> object:
    request = start_payment(customer_ref="cus_1")
    return gateway.find(request, since=NOW, until=NOW + timedelta(minutes=1), deadline=soon())


SLIPS = {"pix": pix_payment(), "boleto": boleto_payment()}
REASONS = (None, "duplicate", "fraudulent", "other words")
ACTS: dict[str, tuple[list[Json], Act]] = {
    "start": start(),
    "start, manual capture": start(capture_method=CaptureMethod.MANUAL),
    "start, saving the method": start(customer_ref="cus_1", save_payment_method=True),
    "start, saved method": start(**SAVED),
    "start, without the buyer": start(**SAVED, off_session=True),
    "start, Pix": issue("pix"),
    "start, boleto": issue("boleto"),
    "read": ([intent()], lambda g, _: g.read("pi_1", deadline=soon())),
    "capture": ([intent("succeeded")], lambda g, _: g.capture(at_stripe(), PRICE, key="k", deadline=soon())),
    "find": ([listing(intent()), intent()], find),
    "register": (
        [customer(), customer()],
        lambda _, c: c.register("user-2", Profile("ana@example.com", "Ana"), deadline=soon()),
    ),
    "customer": ([customer()], lambda _, c: c.get("user-1", deadline=soon())),
    "start saving": ([SETUP], lambda _, c: c.start_saving("user-1", key="k", deadline=soon())),
    "methods": ([customer(), listing(method())], lambda _, c: c.methods("user-1", deadline=soon())),
    "attach": ([customer(), method(), method()], lambda _, c: c.attach("user-1", "pm_1", deadline=soon())),
    "default": ([customer(), method(), customer()], lambda _, c: c.make_default("user-1", "pm_1", deadline=soon())),
    "detach": ([customer(), method(), method()], lambda _, c: c.detach("user-1", "pm_1", deadline=soon())),
    **{f"cancel, {reason}": cancel(reason) for reason in (*REASONS, "abandoned", "expired")},
    **{f"refund, {reason}": give_back(reason) for reason in REASONS},
}


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def gateway(wire: Wire, clock: ManualClock) -> StripeGateway:
    client = client_over(wire)
    return StripeGateway(lambda: client, clock)


@pytest.fixture
def customers(wire: Wire, clock: ManualClock) -> StripeCustomers:
    store = Store()
    store.knows()
    client = client_over(wire)
    return StripeCustomers(lambda: client, store, clock)


@pytest.mark.parametrize("name", ACTS)
def test_a_request_fits_the_description(
    name: str, wire: Wire, gateway: StripeGateway, customers: StripeCustomers
) -> None:
    answers, act = ACTS[name]
    for answer in answers:
        wire.answer(answer)
    act(gateway, customers)
    assert len(wire.asked) == len(answers)
    assert {f"{asked.method} {asked.path}": found for asked in wire.asked if (found := problems(asked))} == {}


def test_paging_and_disputes_fit_the_description(wire: Wire, gateway: StripeGateway) -> None:
    many = charge(disputed=True)
    many["refunds"] = listing(refund(), has_more=True)
    wire.answer(intent("succeeded", latest_charge=many))
    wire.answer(listing(refund(), has_more=True)).answer(listing(refund(id="re_2"))).answer(listing(dispute()))
    gateway.read("pi_1", deadline=soon())
    assert [asked.path for asked in wire.asked[1:]] == ["/v1/refunds", "/v1/refunds", "/v1/disputes"]
    assert [problems(asked) for asked in wire.asked] == [[], [], [], []]


def test_looking_for_a_lost_customer_fits_the_description(wire: Wire, clock: ManualClock) -> None:
    store, client = Store(), client_over(wire)
    store.records["user-3"] = CustomerRecord("user-3", NOW)
    clock.advance(KEY_LIFE.total_seconds())
    wire.answer(listing()).answer(customer())
    StripeCustomers(lambda: client, store, clock).register("user-3", Profile(), deadline=soon())
    assert [problems(asked) for asked in wire.asked] == [[], [], []]


def test_the_check_can_fail(wire: Wire) -> None:
    asked = Asked("POST", "/v1/refunds", {"amount": "much", "reason": "whim", "who": "me"}, {}, None)
    found = " ".join(problems(asked))
    assert "much" in found
    assert "whim" in found
    assert "who" in found
    query = Asked("GET", "/v1/payment_intents", {"limit": "many", "status": "succeeded"}, {}, None)
    assert len(problems(query)) == 2
