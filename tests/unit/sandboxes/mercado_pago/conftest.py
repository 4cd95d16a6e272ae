from __future__ import annotations

from tests.unit.sandboxes.mercado_pago.support import bench

__all__ = ["bench"]
