"""The gateway's transactions: everything the sandbox knows, without HTTP; amounts in cents."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone

from local.sandboxes.brazil import brcode, qr, slips
from local.sandboxes.brazil_payments.errors import error_answer
from local.sandboxes.kernel.answer import Refusal
from local.sandboxes.kernel.clock import MovableClock

BRASILIA = timezone(timedelta(hours=-3))
_BANK = "341"
_ORDER = re.compile(r"\bOrder (\S+)")


@dataclass(slots=True)
class Transaction:
    """Args:
    text: the description or the instructions, which name the order.
    code: the Pix code, or the 44 digits of the boleto.
    picture: PNG of the Pix code in base64, empty for a boleto.
    """

    id: str
    cents: int
    text: str
    code: str
    picture: str
    expires: datetime
    due: date | None = None
    status: str = "pending"
    received: int = 0
    paid_at: datetime | None = None
    returned: int = 0

    @property
    def order_id(self) -> str | None:
        found = _ORDER.search(self.text)
        return found[1].rstrip(".,;") if found else None


@dataclass(slots=True)
class Switches:
    """Which optional parts of the API there are."""

    paid_details: bool = True
    idempotency: bool = True


@dataclass
class Transactions:
    clock: MovableClock
    seed: bytes = field(default_factory=lambda: os.urandom(16))

    def __post_init__(self) -> None:
        self._counter = 0
        self.clear()

    def clear(self) -> None:
        self.all: dict[str, Transaction] = {}
        self.switches = Switches()

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def today(self) -> date:
        """In Brasília."""
        return self.now.astimezone(BRASILIA).date()

    def find(self, identity: str) -> Transaction:
        """
        Raises:
            Refusal: 404.
        """
        found = self.all.get(identity)
        if found is None:
            raise Refusal(error_answer(404, f"There is no transaction {identity[:40]}."))
        return found

    def open_pix(self, *, cents: int, description: str, minutes: int) -> Transaction:
        identity = self._new_id("pix")
        location = f"pix.brazil-payments.test/v2/{identity.removeprefix('pix_')}"
        code = brcode.dynamic_code(location=location, cents=cents, name="Loja Sandbox", city="Sao Paulo")
        expires = self.now + timedelta(minutes=minutes)
        return self._keep(Transaction(identity, cents, description, code, qr.png_base64(code), expires))

    def open_boleto(self, *, cents: int, instructions: str, due: date) -> Transaction:
        identity = self._new_id("bol")
        free = f"{int(identity.removeprefix('bol_'), 16) % 10**25:025}"
        code = slips.barcode(bank=_BANK, due=due, cents=cents, free=free)
        over = datetime.combine(due + timedelta(days=1), time(), BRASILIA)
        return self._keep(Transaction(identity, cents, instructions, code, "", over, due))

    def age(self) -> None:
        """What nobody paid in time is expired."""
        for transaction in self.all.values():
            if transaction.status == "pending" and transaction.expires <= self.now:
                transaction.status = "expired"

    def _keep(self, transaction: Transaction) -> Transaction:
        self.all[transaction.id] = transaction
        return transaction

    def _new_id(self, prefix: str) -> str:
        self._counter += 1
        return f"{prefix}_{hashlib.sha256(self.seed + self._counter.to_bytes(8)).hexdigest()[:24]}"
