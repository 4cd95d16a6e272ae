"""What Google bills: one count for every request or element of a SKU (GEO-07).

Google Maps Platform, pricing list: Geocoding and Compute Routes are billed by request, the two matrices by element. An
answer without a result is billed as well; a refused request is not.
"""

from __future__ import annotations

from enum import StrEnum

from commerce.platform.observability import count


class Sku(StrEnum):
    GEOCODING = "geocoding"
    COMPUTE_ROUTES = "compute_routes"
    COMPUTE_ROUTE_MATRIX = "compute_route_matrix"
    DISTANCE_MATRIX = "distance_matrix"


def billed(sku: Sku, units: int = 1) -> None:
    """Count what an answer costs, as metric `GoogleBilled` with the SKU as operation."""
    count("GoogleBilled", units, provider="google", operation=sku)
