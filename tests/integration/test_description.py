"""The description holds on the running stack as well, with worker processes between the gateway and the handlers.

The thorough comparison is tests/contract/test_schemathesis.py; this one looks at what only a whole stack can change.
"""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from local.openapi import DESCRIPTION
from tests.contract.unsayable import excused
from tests.shop import Shop

EXAMPLES = 4

schema = schemathesis.openapi.from_path(str(DESCRIPTION))
schema.config.phases.coverage.enabled = False


@pytest.mark.invariant("PLT-04", "AUT-07")
@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_the_stack_does_what_the_description_says(case: schemathesis.Case[Any], common_shop: Shop) -> None:
    token = common_shop.stack.token(sub="store-1", scopes=["store", "operator"])
    url, headers = common_shop.stack.api_url, {"Authorization": f"Bearer {token}"}
    response = case.call(url, common_shop.http, headers)
    case.validate_response(
        response,
        headers=headers,
        excluded_checks=excused(response),
        transport_kwargs={"base_url": url, "session": common_shop.http, "headers": headers},
    )
