"""The API does what contracts/openapi.json says: schemathesis looks for a difference, with every check it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import positive_data_acceptance

from local.openapi import DESCRIPTION
from tests.application import application
from tests.contract.stock import Stock

EXAMPLES = 12
UNSAYABLE = {
    "idempotency_key_reused",
    "customer_required",
    "amount_too_precise",
    "unsupported_currency",
    "refund_exceeds_captured",
    "refund_id_reused",
    "capture_exceeds_authorized",
    "capture_id_reused",
    "too_many_elements",
    "too_many_addresses",
    "unknown_country",
    "postal_code_invalid",
    "malformed_cep",
    "address_incomplete",
    "unknown_state",
}
"""Refusals of a well-formed request, of which no schema can tell: it depends on the order, on what was sent before, or,
for an address, on its country."""

schema = schemathesis.openapi.from_path(str(DESCRIPTION))
succeeded: Counter[str] = Counter()


@pytest.fixture(scope="module")
def stock() -> Iterator[Stock]:
    with application() as running, requests.Session() as session:
        session.trust_env = False
        yield Stock(running, session).fill()


@pytest.mark.invariant("PLT-04", "AUT-07")
@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_the_api_does_what_its_description_says(case: schemathesis.Case[Any], stock: Stock) -> None:
    url, session = stock.running.url, stock.http
    headers = {"Authorization": f"Bearer {stock.running.token('store', 'buyer', 'operator')}"}
    stock.aim(case)

    response = case.call(url, session, headers)

    succeeded[f"{case.method} {case.path}"] += response.status_code < 300
    case.validate_response(
        response,
        headers=headers,
        excluded_checks=[positive_data_acceptance] if code_of(response) in UNSAYABLE else None,
        transport_kwargs={"base_url": url, "session": session, "headers": headers},
    )


def test_the_happy_paths_were_among_them() -> None:
    if not succeeded:
        pytest.skip("needs the test above in the same run")
    operations = {
        f"{one.ok().method.upper()} {one.ok().path}" for one in schema.get_all_operations() if isinstance(one, Ok)
    }
    assert operations - {operation for operation, times in succeeded.items() if times} == set()


def code_of(response: Response) -> str:
    """The code of an error of ours; the gateway's have none."""
    return str(response.json().get("error", {}).get("code", "")) if response.status_code >= 400 else ""
