from __future__ import annotations

from tests.unit.sandboxes.stripe.support import bench

__all__ = ["bench"]
