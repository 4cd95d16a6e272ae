"""A request on its way through the Mercado Pago sandbox."""

from __future__ import annotations

from dataclasses import dataclass

from local.sandboxes.kernel.sandbox import Exchange


@dataclass(slots=True)
class Call(Exchange):
    """`key`: the idempotency key that remembers the answer. `acted`: something was done, whatever the answer says."""

    request_id: str = ""
    key: str | None = None
    acted: bool = False

    @property
    def wants_in_process(self) -> bool:
        """Refunds that are under way are hidden unless this header asks for them (guide "Refund of Pix")."""
        return self.request.headers.get("X-Render-In-Process-Refunds", "").lower() == "true"
