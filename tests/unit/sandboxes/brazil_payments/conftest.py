from __future__ import annotations

from tests.unit.sandboxes.brazil_payments.support import bench

__all__ = ["bench"]
