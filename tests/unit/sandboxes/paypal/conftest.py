from __future__ import annotations

from tests.unit.sandboxes.paypal.support import bench

__all__ = ["bench"]
