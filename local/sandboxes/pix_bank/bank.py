"""What the bank knows: charges, Pix that came in, devoluções and webhooks. Without HTTP."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from local.sandboxes.kernel.clock import MovableClock
from local.sandboxes.kernel.webhooks import Endpoint, Webhooks
from local.sandboxes.pix_bank.access import Tokens
from local.sandboxes.pix_bank.business_days import next_business_day
from local.sandboxes.pix_bank.settings import DevolucaoMode, Settings

type Json = dict[str, Any]

BRASILIA = timezone(timedelta(hours=-3))
DEFAULT_EXPIRATION = 86_400
DEFAULT_VALIDITY_DAYS = 30
ACTIVE = "ATIVA"
PAID = "CONCLUIDA"

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True, eq=False)
class Devolucao:
    """Money on its way back, or back. `amount` in centavos."""

    id: str
    rtr_id: str
    amount: int
    natureza: str
    requested_at: datetime
    descricao: str | None = None
    status: str = "EM_PROCESSAMENTO"
    settled_at: datetime | None = None
    motivo: str | None = None

    @property
    def counts(self) -> bool:
        return self.status != "NAO_REALIZADO"


@dataclass(slots=True, eq=False)
class Pix:
    """A Pix that was received. `amount` in centavos; a `withheld` one is not shown yet."""

    e2eid: str
    amount: int
    key: str
    at: datetime
    txid: str | None = None
    payer: Json | None = None
    info: str | None = None
    withheld: bool = False
    devolucoes: list[Devolucao] = field(default_factory=list)

    @property
    def given_back(self) -> int:
        """Centavos that went back or are on their way."""
        return sum(one.amount for one in self.devolucoes if one.counts)


@dataclass(slots=True, eq=False)
class Charge:
    """A cob (immediate) or cobv (with due date). `terms` holds the body of every revision, the last one in force."""

    kind: str
    txid: str
    created_at: datetime
    location_id: int
    location: str
    terms: list[Json]
    status: str = ACTIVE
    pix: list[Pix] = field(default_factory=list)

    @property
    def current(self) -> Json:
        return self.terms[-1]

    @property
    def amount(self) -> int:
        return centavos(self.current["valor"]["original"])

    def expired(self, now: datetime) -> bool:
        """Whether it can no longer be paid. No status says so.

        A cobv is taken to the end of its last day in Brasília. The due date and the last day after it move to a day on
        which banks work (CobDataDeVencimento, validadeAposVencimento); the calendar that is shown stays as given.
        """
        calendar = self.current["calendario"]
        if self.kind == "cob":
            return now >= self.created_at + timedelta(seconds=calendar.get("expiracao", DEFAULT_EXPIRATION))
        days = calendar.get("validadeAposVencimento", DEFAULT_VALIDITY_DAYS)
        due = next_business_day(date.fromisoformat(calendar["dataDeVencimento"]))
        last = next_business_day(due + timedelta(days=days))
        return now.astimezone(BRASILIA).date() > last


@dataclass(slots=True, eq=False)
class Hook:
    url: str
    created_at: datetime
    endpoint: Endpoint


@dataclass
class Bank:
    """One receiver's account at the bank."""

    clock: MovableClock
    webhooks: Webhooks
    settings: Settings = field(default_factory=Settings)
    seed: bytes = field(default_factory=lambda: os.urandom(16))

    def __post_init__(self) -> None:
        self._counter = 0
        self.tokens = Tokens(self.settings, self.clock, lambda: self.new_text(40))
        self.clear()

    def clear(self) -> None:
        self.tokens.clear()
        self.charges: dict[str, Charge] = {}
        self.pix: dict[str, Pix] = {}
        self.hooks: dict[str, Hook] = {}
        self.devolucao_mode = DevolucaoMode.IMMEDIATE
        self.batch_size = 1
        self.waiting: list[Pix] = []

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def new_text(self, length: int) -> str:
        """Letters and digits from the seed and a counter."""
        self._counter += 1
        number = int.from_bytes(hashlib.sha512(self.seed + self._counter.to_bytes(8)).digest())
        letters = ""
        while len(letters) < length:
            number, digit = divmod(number, len(_ALPHABET))
            letters += _ALPHABET[digit]
        return letters

    def new_number(self) -> int:
        self._counter += 1
        return self._counter

    def new_operation_id(self, kind: str) -> str:
        """EndToEndId (`E`) or ReturnIdentification (`D`): kind, ISPB, UTC minute, 11 letters or digits."""
        return f"{kind}{self.settings.ispb}{self.now.astimezone(UTC):%Y%m%d%H%M}{self.new_text(11)}"


def centavos(text: str) -> int:
    return int(text.replace(".", ""))


def money(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"
