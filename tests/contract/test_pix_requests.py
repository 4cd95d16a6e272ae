"""Every request that we send to a bank fits the central bank's description of the Pix API."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from commerce.orders.model import Address
from commerce.payments.gateways.bacen import webhook_address
from commerce.payments.gateways.bacen.profile import STANDARD_SCOPES
from commerce.payments.gateways.bacen.profiles import PROFILES
from commerce.payments.payer import Payer
from commerce.platform.errors import ProviderRefused
from tests.builders import PRICE
from tests.contract.pix.description import PixDescription, pix_description
from tests.unit.payments.bacen.rig import PAYER, Rig, at_bank, sent_refund, soon, start_payment, with_refunds

DUE = date(2026, 11, 30)
LONG = Payer("Ana " * 60, "12ABC34501DE35", "ana@example.com", Address("R" * 300, "C" * 300, "BR", "01310-100"))

type Act = Callable[[Rig], object]


@cache
def description() -> PixDescription:
    return pix_description()


def template_of(path: str) -> str:
    """The described path that this request goes to."""
    for template in description().document["paths"]:
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            return str(template)
    pytest.fail(f"the standard describes no path {path}")


def problems(sent: requests.PreparedRequest, prefix: str) -> list[str]:
    api, url = description(), urlsplit(str(sent.url))
    template, method = template_of(url.path.removeprefix(prefix)), str(sent.method)
    if method.lower() not in api.document["paths"][template]:
        return [f"{method} {template} is not described"]
    unknown = [
        f"{name}: no such parameter" for name in parse_qs(url.query) if name not in api.parameters(template, method)
    ]
    if sent.body is None:
        return unknown
    return unknown + api.problems(api.request(template, method), json.loads(sent.body))


def start(**choices: Any) -> Act:
    return lambda rig: rig.start(start_payment(**choices))


def pay(rig: Rig) -> tuple[str, str]:
    txid = rig.start().snapshot.provider_ref
    return txid, rig.pay(txid)


def cancel(due: date | None) -> Act:
    def act(rig: Rig) -> object:
        return rig.cancel(rig.start(start_payment(due_date=due)).snapshot.provider_ref)

    return act


def give_back(refund_id: str) -> Act:
    return lambda rig: rig.refund(*pay(rig), 1000, refund_id)


def give_back_again(rig: Rig) -> None:
    """The repeat that a bank refuses is looked up; so is a Pix whose devoluções a charge leaves out."""
    txid, e2eid = pay(rig)
    rig.refund(txid, e2eid, 1000)
    rig.box.state.settings = replace(rig.box.state.settings, refuse_repeated_devolucao=True)
    rig.refund(txid, e2eid, 1000)
    rig.box.state.pix[e2eid].devolucoes.clear()
    rig.read(txid, with_refunds(at_bank(txid), sent_refund("r1", 1000, e2eid)))


def refused_cancel(rig: Rig) -> None:
    txid, _ = pay(rig)
    with pytest.raises(Exception, match="paid"):
        rig.cancel(txid)


def set_up_webhook(rig: Rig) -> None:
    webhook_address.register(rig.client, "https://abc.lambda-url.sa-east-1.on.aws/secret", deadline=soon())
    webhook_address.registered(rig.client, deadline=soon())
    webhook_address.remove(rig.client, deadline=soon())


ACTS: dict[str, Act] = {
    "start": start(),
    "start, company": start(payer=replace(PAYER, tax_id="12ABC34501DE35")),
    "start, nobody named": start(payer=None),
    "start, long names": start(payer=LONG),
    "start, the most": lambda rig: rig.start(start_payment(money=PRICE.with_amount(PROFILES["efi"].limit))),
    "start, the least": lambda rig: rig.start(start_payment(money=PRICE.with_amount(1))),
    "start, no end": lambda rig: rig.start(replace(start_payment(), expires_at=None)),
    "start, due date": start(due_date=DUE),
    "start, due date, long names": start(due_date=DUE, payer=LONG),
    "find": lambda rig: rig.find(),
    "find, due date": lambda rig: rig.find(start_payment(due_date=DUE)),
    "read, paid": lambda rig: rig.read(pay(rig)[0]),
    "cancel": cancel(None),
    "cancel, due date": cancel(DUE),
    "cancel, paid": refused_cancel,
    "refund": give_back("r1"),
    "refund, id of letters and signs": give_back("order-1_item.2:" + "x" * 49),
    "refund, again": give_back_again,
    "webhook": set_up_webhook,
}


@pytest.mark.parametrize("name", ACTS)
def test_a_request_fits_the_description(name: str) -> None:
    rig = Rig()
    ACTS[name](rig)
    assert rig.sent
    assert {f"{sent.method} {sent.path_url}": found for sent in rig.sent if (found := problems(sent, "/v2"))} == {}


def test_every_operation_of_the_description_that_we_use_is_walked_through() -> None:
    used: set[tuple[str, str]] = set()
    for act in ACTS.values():
        rig = Rig()
        act(rig)
        used |= {(str(sent.method), template_of(urlsplit(str(sent.url)).path.removeprefix("/v2"))) for sent in rig.sent}
    assert used == {
        *[(method, f"/{kind}/{{txid}}") for method in ("PUT", "GET", "PATCH") for kind in ("cob", "cobv")],
        ("GET", "/pix/{e2eid}"),
        *[(method, "/pix/{e2eid}/devolucao/{id}") for method in ("PUT", "GET")],
        *[(method, "/webhook/{chave}") for method in ("PUT", "GET", "DELETE")],
    }


def test_a_token_is_asked_for_exactly_the_scopes_of_these_operations() -> None:
    operations = [
        *[(f"/{kind}/{{txid}}", method) for method in ("PUT", "GET") for kind in ("cob", "cobv")],
        *[("/pix/{e2eid}/devolucao/{id}", method) for method in ("PUT", "GET")],
        *[("/webhook/{chave}", method) for method in ("PUT", "GET")],
    ]
    assert {description().scope(path, method) for path, method in operations} == set(STANDARD_SCOPES.split())


def test_what_does_not_fit_is_found() -> None:
    rig = Rig()
    with pytest.raises(ProviderRefused):
        rig.client.put("cob", "c" * 32, body={"valor": {"original": "1,00"}, "quem": "eu"}, deadline=soon())
    found = " ".join(problems(rig.sent[0], "/v2"))
    assert "1,00" in found
    assert "quem" in found
    assert "chave" in found
