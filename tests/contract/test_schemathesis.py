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

from local.openapi import DESCRIPTION
from tests.application import application
from tests.contract.stock import Stock
from tests.contract.unsayable import excused

EXAMPLES = 12
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
        excluded_checks=excused(response),
        transport_kwargs={"base_url": url, "session": session, "headers": headers},
    )


def test_the_happy_paths_were_among_them() -> None:
    if not succeeded:
        pytest.skip("needs the test above in the same run")
    operations = {
        f"{one.ok().method.upper()} {one.ok().path}" for one in schema.get_all_operations() if isinstance(one, Ok)
    }
    assert operations - {operation for operation, times in succeeded.items() if times} == set()
