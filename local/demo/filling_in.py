"""A chapter about addresses: the form fills itself in from the CEP, whichever source is down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from local.demo.checks import expect
from local.demo.connections import Controls
from local.demo.goods import ANA, BRUNO, Person
from local.demo.shop import Shop, expect_status

_KNOCKS = 3
"""After so many failures in a row a source is left alone."""

_OTHERS = ("01310-100", "05010-000", "15090-260")
_TOWN = "87360-000"


def filling_in(shop: Shop) -> str:
    with closing(Controls(shop.stack.sandbox("viacep").url)) as viacep, _blocked(shop, viacep):
        street = _look_up(shop, ANA, str(ANA.address["postal_code"]))
        expect("Who answered", (street["logradouro"], street["source"]), ("Rua Augusta", "opencep"))
        for cep in _OTHERS:
            _look_up(shop, ANA, cep)
        knocks = len(viacep.look("log"))
        expect("Knocks at ViaCEP's door", knocks, _KNOCKS)
        shop.teller.step("shop", "leaves ViaCEP alone for minutes", f"{knocks} calls refused, no fourth was made")
    _a_town(shop)
    _a_book(shop)
    return "filled in without ViaCEP; a town's street stays open"


@contextmanager
def _blocked(shop: Shop, viacep: Controls) -> Iterator[None]:
    viacep.tell("faults", kind="unreachable", times=1000)
    shop.teller.step("viacep", "blocks the shop's address", "it accepts no connection, and does not say why")
    try:
        yield
    finally:
        viacep.clear("faults")


def _look_up(shop: Shop, buyer: Person, cep: str) -> Mapping[str, Any]:
    path = f"/addresses/cep/{cep}"
    reply = shop.api.ask("GET", path, token=_token(shop, buyer))
    expect_status("The CEP", reply, 200)
    found: Mapping[str, Any] = reply.body
    place = ", ".join(str(found[name]) for name in ("logradouro", "localidade", "uf") if found[name])
    shop.teller.step(buyer.id, f"GET {path}", f"{reply.status}  {place}, by {found['source']}")
    return found


def _token(shop: Shop, buyer: Person) -> str:
    return shop.stack.token(sub=buyer.id, scopes=["buyer"])


def _a_town(shop: Shop) -> None:
    town = _look_up(shop, BRUNO, _TOWN)
    expect("What the CEP stands for", (town["precision"], town["logradouro"], town["bairro"]), ("city", "", ""))
    shop.teller.note("One CEP for all of the town: its street and district stay open for Bruno to type.")


def _a_book(shop: Shop) -> None:
    """Ana saves her address with the number alone, and Bruno's typing outweighs the register."""
    typed = {"country": "BR", "postal_code": ANA.address["postal_code"], "number": ANA.address["number"]}
    saved = _save(shop, ANA, typed)
    expect("Her street", (saved["line1"], saved["city"], saved["state"]), ("Rua Augusta", "São Paulo", "SP"))
    shop.teller.step(ANA.id, "saves CEP and number", "Rua Augusta, Consolação, São Paulo are filled in")
    town = {"country": "BR", "postal_code": _TOWN, "line1": "Avenida Amazonas", "number": "7", "city": "Goio-Erê"}
    kept = _save(shop, BRUNO, town)
    expect("His street and city", (kept["line1"], kept["city"]), ("Avenida Amazonas", "Goio-Erê"))
    expect("What differs", [conflict["field"] for conflict in kept["cep"]["conflicts"]], ["city"])
    shop.teller.step(BRUNO.id, 'types "Goio-Erê"', 'kept as typed; told that the CEP says "Goioerê"')


def _save(shop: Shop, buyer: Person, typed: Mapping[str, object]) -> Mapping[str, Any]:
    path = f"/users/{buyer.id}/addresses"
    reply = shop.api.ask("POST", path, token=_token(shop, buyer), body=dict(typed), key="address-1")
    expect_status("The address", reply, 201)
    address: Mapping[str, Any] = reply.body["address"]
    return address
