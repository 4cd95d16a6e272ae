"""Reads the one form of Metrics Insights query that the alarms use, with every name in double quotes.

AWS reserves hundreds of words as names (CloudWatch User Guide, "Reserved keywords" of Metrics Insights), OPERATION,
STATE and SOURCE among them, and takes any name in double quotes ("What needs quotation marks or escape characters?").
So a name without quotes is refused here whatever it is, and no list has to be kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_NAME = r'"([^"\\]+)"'
_QUERY = re.compile(rf"SELECT (AVG|COUNT|MAX|MIN|SUM)\({_NAME}\) FROM {_NAME} WHERE (.+)")
_FILTER = re.compile(rf"{_NAME} = '([^'\\]+)'")


@dataclass(frozen=True, slots=True)
class MetricsQuery:
    """`filters` maps a dimension to the value it must have. Without GROUP BY the answer is a single time series."""

    function: str
    metric: str
    namespace: str
    filters: Mapping[str, str]

    @classmethod
    def parse(cls, text: str) -> MetricsQuery:
        """Raises: ValueError: another form of query, or a name without double quotes."""
        query = _QUERY.fullmatch(text)
        if query is None:
            raise ValueError(f'Not of the form SELECT SUM("metric") FROM "namespace" WHERE …: {text}')
        function, metric, namespace, conditions = query.groups()
        filters: dict[str, str] = {}
        for condition in conditions.split(" AND "):
            match = _FILTER.fullmatch(condition)
            if match is None:
                raise ValueError(f"Not of the form \"name\" = 'value': {condition}")
            filters[match[1]] = match[2]
        return cls(function, metric, namespace, filters)
