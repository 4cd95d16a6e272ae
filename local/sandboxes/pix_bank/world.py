"""What payers and banks do outside the API: the tests' and the demo's levers. Amounts are centavos.

Every method holds the sandbox's lock, and returns the object as a client would see it.

Raises:
    LookupError: an unknown txid, EndToEndId or devolução.
    ValueError: this cannot happen in the state that the object is in.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from commerce.platform.clock import iso
from local.sandboxes.pix_bank import notices, refunding
from local.sandboxes.pix_bank.bank import ACTIVE, PAID, Bank, Charge, Json, Pix, money
from local.sandboxes.pix_bank.render import show_charge, show_devolucao, show_pix
from local.sandboxes.pix_bank.settings import PIX_KEY, DevolucaoMode

FOREIGN_KEY = "c0ffee00-1111-4222-8333-444455556666"


class World:
    def __init__(self, bank: Bank, lock: AbstractContextManager[object]) -> None:
        self._bank = bank
        self._lock = lock

    def pay(
        self,
        txid: str,
        amount: int | None = None,
        *,
        late: bool = False,
        again: bool = False,
        withhold: bool = False,
        announce: bool = False,
        payer: Json | None = None,
        info: str | None = None,
    ) -> Json:
        """A Pix for a cob or cobv.

        Args:
            amount: another value than the charge's; a payer's bank would not let it through.
            late: although the charge expired or was removed.
            again: although it was paid before.
            withhold: the charge is CONCLUIDA, and the Pix is seen nowhere until `release`.
            announce: a webhook tells of it all the same, as banks do that settle their own books later.
            payer: `{"cpf" | "cnpj", "nome"}`.
            info: what the payer wrote.
        """
        with self._lock:
            charge = self._charge(txid)
            self._expect_payable(charge, late=late, again=again)
            paid = charge.amount if amount is None else amount
            pix = self._receive(paid, str(charge.current["chave"]), txid, payer, info, withhold)
            charge.pix.append(pix)
            if charge.status == ACTIVE:
                charge.status = PAID
            notices.notify(self._bank, pix, announce=announce)
            return show_pix(pix)

    def pay_key(self, amount: int, txid: str | None = None, *, key: str = PIX_KEY, info: str | None = None) -> Json:
        """A Pix straight to a key, as a static BR Code makes it. Without a txid no webhook tells of it."""
        with self._lock:
            pix = self._receive(amount, key, txid, None, info, withhold=False)
            notices.notify(self._bank, pix)
            return show_pix(pix)

    def release(self, txid: str) -> Json:
        """What was withheld of this charge shows."""
        with self._lock:
            charge = self._charge(txid)
            for pix in charge.pix:
                if pix.withheld:
                    pix.withheld = False
                    notices.notify(self._bank, pix)
            return show_charge(charge, self._bank.settings.receiver, with_pix=True)

    def remove(self, txid: str) -> Json:
        """The bank removes a charge."""
        with self._lock:
            charge = self._charge(txid)
            if charge.status != ACTIVE:
                raise ValueError(f"{txid} is {charge.status}, not {ACTIVE}")
            charge.status = "REMOVIDA_PELO_PSP"
            return show_charge(charge, self._bank.settings.receiver)

    def set_devolucoes(self, mode: str) -> Json:
        """How devoluções go on from now: `immediate`, `pending` or `fail`."""
        with self._lock:
            self._bank.devolucao_mode = DevolucaoMode(mode)
            return {"mode": self._bank.devolucao_mode}

    def settle(self, e2eid: str, identity: str, outcome: str = "returned") -> Json:
        """A devolução in process ends: `returned` or `failed`."""
        with self._lock:
            pix = self._pix(e2eid)
            one = next((found for found in pix.devolucoes if found.id == identity), None)
            if one is None:
                raise LookupError(f"no devolução {identity} of {e2eid}")
            if one.status != "EM_PROCESSAMENTO" or outcome not in ("returned", "failed"):
                raise ValueError(f"{identity} is {one.status}; outcome is returned or failed")
            refunding.settle(self._bank, pix, one, returned=outcome == "returned")
            return show_devolucao(one)

    def take_back(self, e2eid: str, amount: int | None = None, natureza: str = "MED_FRAUDE") -> Json:
        """The bank pulls money back from the receiver (MED): all that is left, or `amount` of it."""
        with self._lock:
            pix = self._pix(e2eid)
            left = pix.amount - pix.given_back
            taken = left if amount is None else amount
            if not 0 < taken <= left or natureza not in refunding.MED:
                raise ValueError(f"{left} are left of {e2eid}; natureza is {' or '.join(refunding.MED)}")
            return show_devolucao(refunding.take_back(self._bank, pix, taken, natureza))

    def foreign(self, amount: int = 1000, txid: str | None = None, e2eid: str | None = None) -> Json:
        """Another receiver of this bank aims its webhook here: a Pix that is not ours, at our address.

        Args:
            txid, e2eid: claimed in it, for example ours; made up otherwise.
        """
        with self._lock:
            bank = self._bank
            shown = {
                "endToEndId": e2eid or bank.new_operation_id("E"),
                "txid": txid or bank.new_text(32),
                "valor": money(amount),
                "chave": FOREIGN_KEY,
                "horario": iso(bank.now),
            }
            for key in bank.settings.pix_keys:
                notices.post(bank, key, [shown])
            return shown

    def batch(self, size: int = 1) -> Json:
        """Webhooks tell of `size` Pix at once from now on; what waited goes out."""
        with self._lock:
            if size < 1:
                raise ValueError("a batch has one Pix or more")
            notices.flush(self._bank)
            self._bank.batch_size = size
            return {"size": size}

    def resend(self, e2eid: str) -> Json:
        """Tell of a Pix again."""
        with self._lock:
            pix = self._pix(e2eid)
            notices.notify(self._bank, pix)
            return show_pix(pix)

    def revoke_tokens(self) -> Json:
        with self._lock:
            return {"revoked": self._bank.tokens.revoke()}

    def _receive(
        self, amount: int, key: str, txid: str | None, payer: Json | None, info: str | None, withhold: bool
    ) -> Pix:
        if amount <= 0:
            raise ValueError("a Pix brings one centavo or more")
        bank = self._bank
        pix = Pix(bank.new_operation_id("E"), amount, key, bank.now, txid, payer, info, withheld=withhold)
        bank.pix[pix.e2eid] = pix
        return pix

    def _expect_payable(self, charge: Charge, *, late: bool, again: bool) -> None:
        if charge.status == PAID:
            if not again:
                raise ValueError(f"{charge.txid} is {PAID}; say again to pay it once more")
        elif (charge.status != ACTIVE or charge.expired(self._bank.now)) and not late:
            what = "expired" if charge.status == ACTIVE else charge.status
            raise ValueError(f"{charge.txid} is {what}; say late to pay it all the same")

    def _charge(self, txid: str) -> Charge:
        charge = self._bank.charges.get(txid)
        if charge is None:
            raise LookupError(f"no cob or cobv {txid}")
        return charge

    def _pix(self, e2eid: str) -> Pix:
        pix = self._bank.pix.get(e2eid)
        if pix is None:
            raise LookupError(f"no Pix {e2eid}")
        return pix
