"""The lines about addresses and the map that `make run` prints, pasted into a shell."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest
import requests

from local.stack.options import StackOptions
from local.stack.placing import on_the_map
from local.stack.providers import all_sandboxes
from local.stack.serving import parameters_of
from local.stack.stack import Stack
from tests.shop import BUYER, Shop


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    options = StackOptions(sandboxes=all_sandboxes(mail_folder=None), parameters=parameters_of(None))
    with Stack(options) as stack, requests.Session() as http:
        yield Shop(stack, http)


@pytest.mark.timeout(60)
def test_a_cep_a_saved_address_its_place_a_search_and_a_way(shop: Shop) -> None:
    token = shop.stack.token(sub=BUYER, scopes=["buyer"])
    shell = [f"API={shop.stack.api_url}", "JSON='Content-Type: application/json'"]
    shell.append(f"BUYER='Authorization: Bearer {token}'")
    words, *lines = on_the_map(shop.stack, BUYER)
    assert words.endswith(":")
    assert [line for line in lines if not line.startswith("  ")] == []
    pasted = "\n".join(["set -eu", *shell, *lines])
    cep, saved, located, place, way = subprocess.run(
        ["bash", "-c", pasted], capture_output=True, text=True, check=True, timeout=50
    ).stdout.splitlines()
    assert '"logradouro":"Avenida Paulista"' in cep
    assert '"line1":"Rua Augusta","number":"1200"' in saved
    assert '"location_type":"rooftop","place_id":"ChIJsandboxAugusta1200","partial_match":false' in located
    assert '"place_id":"ChIJsandboxPaulista1578"' in place
    assert '"status":"ok","meters":864' in way
    assert [line.rpartition(" ")[2] for line in (cep, place, way)] == ["200"] * 3
