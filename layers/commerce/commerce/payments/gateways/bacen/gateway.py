"""A bank's Pix API as a `PixGateway`: charges with a code that the buyer pays, and devoluções that send money back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from commerce.orders.model import OrderTerms
from commerce.payments.gateway import Reading, StartPayment
from commerce.payments.gateways.bacen.charges import REMOVAL, charge_body, devolucao_id, refund_body
from commerce.payments.gateways.bacen.client import BankClient
from commerce.payments.gateways.bacen.codes import code_of
from commerce.payments.gateways.bacen.devolucoes import refund_of
from commerce.payments.gateways.bacen.failures import unreadable, unseen
from commerce.payments.gateways.bacen.fields import centavos
from commerce.payments.gateways.bacen.mapping import (
    ACTIVE,
    CONCLUDED,
    Account,
    Known,
    end_of,
    snapshot_of,
    waits_for_the_buyer,
)
from commerce.payments.gateways.bacen.settings import PROVIDER
from commerce.payments.gateways.bacen.txids import is_ours, kind_of, txid_of
from commerce.payments.gateways.fields import Json, objects, optional_text, text
from commerce.payments.gateways.odd_codes import count_odd_code
from commerce.payments.model import CaptureMethod, CheckoutChoices, Payment, Refund
from commerce.payments.observation import Snapshot
from commerce.payments.pix.codes import Code
from commerce.payments.status import PaymentStatus
from commerce.platform.clock import Clock, SystemClock
from commerce.platform.config import live_mode
from commerce.platform.deadline import Deadline
from commerce.platform.errors import (
    ConfigurationError,
    ProviderConflict,
    ProviderError,
    ProviderMissing,
    ProviderRefused,
    ProviderUnavailable,
    Unprocessable,
)
from commerce.platform.money import Money
from commerce.platform.secrets import Secrets

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

KEY_LIFE = timedelta(days=3650)
"""The txid is the key: the bank keeps it as long as the charge (API Pix, TxId)."""

_UNDOCUMENTED = (AttributeError, KeyError, OverflowError, TypeError, ValueError)
_UNSEEN = (ProviderUnavailable, ProviderMissing, ConfigurationError)
"""What a failed read raises. After a write it takes nothing back."""


class BacenGateway:
    """See `PixGateway`. `provider_ref` is the txid; its first letter tells a cob from a cobv.

    `observed_at` of a snapshot is the time just before the bank was asked: nothing older can be in the answer.
    """

    provider = PROVIDER
    key_life = KEY_LIFE

    def __init__(self, client: BankClient, clock: Clock, *, livemode: bool) -> None:
        self._client = client
        self._clock = clock
        self._livemode = livemode
        self._profile = client.connection.bank.profile

    @classmethod
    def from_settings(
        cls, dynamodb: DynamoDBClient, secrets: Secrets | None = None, clock: Clock | None = None
    ) -> BacenGateway:
        """As this deployment is set up; reads no secret before the first call.

        Raises:
            ConfigurationError: `missing_setting`, `wrong_setting`.
        """
        if secrets is None:
            from commerce.platform.secrets import SecretsManagerSecrets  # noqa: PLC0415 - only who reads pays

            secrets = SecretsManagerSecrets()
        clock = clock or SystemClock()
        return cls(BankClient.from_settings(dynamodb, secrets, clock), clock, livemode=live_mode())

    def accept(self, money: Money, choices: CheckoutChoices) -> None:
        if money.currency != "BRL":
            raise Unprocessable("Pix moves BRL only.", code="unsupported_currency", details={"field": "currency"})
        if choices.capture_method is CaptureMethod.MANUAL:
            raise Unprocessable(
                "A Pix is never authorised first.", code="choice_not_supported", details={"field": "capture_method"}
            )
        limit = self._profile.limit
        if money.amount > limit:
            raise Unprocessable(
                f"One Pix at {self._profile.title} may ask for {limit} centavos at most.",
                code="amount_over_limit",
                details={"field": "amount", "limit": limit},
            )

    def start(self, request: StartPayment, terms: OrderTerms, *, key: str, deadline: Deadline) -> Reading:  # noqa: ARG002
        """PUT the charge; `instructions.pix_code` is what the buyer pays.

        A refusal may be about a charge that an earlier try made and that moved on since: it is looked for first.

        Raises:
            ProviderRefused: also `payer_required`; nothing was sent.
        """
        now = self._clock.now()
        txid, known = _txid(request), Known(request.payment_id, request.order_id)
        body = charge_body(request, terms, self._client.connection.field("pix_key"))
        try:
            charge = self._client.put(kind_of(txid), txid, body=body, deadline=deadline)
        except (ProviderRefused, ProviderConflict, ProviderMissing) as refusal:
            return self._adopted(txid, known, refusal, deadline)
        try:
            return self._reading(charge, txid, now, known=known, first=True)
        except _UNSEEN as error:
            raise unseen() from error

    def read(self, provider_ref: str, *, deadline: Deadline, payment: Payment | None = None) -> Reading:
        """The charge with every Pix that paid it, and what went back of them."""
        now = self._clock.now()
        if not is_ours(provider_ref):
            raise ProviderMissing("No txid of ours looks like this.", provider_ref=provider_ref)
        charge = self._charge(provider_ref, deadline)
        if payment is not None:
            charge = self._with_devolucoes(charge, payment, deadline)
        known = None if payment is None else Known(payment.payment_id, payment.order_id)
        return self._reading(charge, provider_ref, now, known=known, payment=payment)

    def find(self, request: StartPayment, *, since: datetime, until: datetime, deadline: Deadline) -> Reading | None:  # noqa: ARG002
        """Ask for the txid that `start` would have given it; no search is needed."""
        now, txid = self._clock.now(), _txid(request)
        try:
            charge = self._charge(txid, deadline)
        except ProviderMissing:
            return None
        return self._reading(charge, txid, now, known=Known(request.payment_id, request.order_id), first=True)

    def complete(self, payment: Payment, *, key: str, deadline: Deadline) -> Reading:  # noqa: ARG002
        raise ProviderRefused("There is nothing to complete for a Pix.", code="not_supported")

    def capture(self, payment: Payment, money: Money, *, key: str, deadline: Deadline) -> Reading:  # noqa: ARG002
        raise ProviderRefused("A Pix is never authorised first.", code="capture_not_supported")

    def cancel(self, payment: Payment, *, reason: str | None, key: str, deadline: Deadline) -> Reading:  # noqa: ARG002
        """Remove the charge, so that its code can no longer be paid.

        Raises:
            ProviderConflict: `already_paid`.
        """
        txid = payment.provider_ref or ""
        known = Known(payment.payment_id, payment.order_id)
        now = self._clock.now()
        try:
            charge = self._client.patch(kind_of(txid), txid, body=REMOVAL, deadline=deadline)
        except (ProviderRefused, ProviderConflict) as refusal:
            return self._ended_otherwise(txid, known, refusal, deadline)
        try:
            if not charge:
                charge = self._charge(txid, deadline)
            return self._reading(charge, txid, now, known=known)
        except _UNSEEN as error:
            raise unseen() from error

    def refund(self, payment: Payment, refund: Refund, money: Money, *, key: str, deadline: Deadline) -> Reading:  # noqa: ARG002
        """Send part of one Pix back, under an id that follows from the refund's, then read the charge.

        Some banks refuse the same devolução a second time: it is then read and adopted.

        Raises:
            ProviderRefused: also `unknown_receipt`, `refund_id_taken`.
        """
        e2eid = refund.receipt_ref
        if e2eid is None:
            raise ProviderRefused(
                "A Pix goes back by its endToEndId, and this refund has none.", code="unknown_receipt"
            )
        path = ("pix", e2eid, "devolucao", devolucao_id(refund.refund_id))
        try:
            made = self._client.put(*path, body=refund_body(refund, money), deadline=deadline)
        except (ProviderRefused, ProviderConflict) as refusal:
            made = self._made_before(path, money, refusal, deadline)
        try:
            seen = self.read(payment.provider_ref or "", deadline=deadline, payment=payment)
            return Reading(_including(seen.snapshot, payment, e2eid, made))
        except _UNSEEN as error:
            raise unseen() from error
        except _UNDOCUMENTED:
            raise unreadable(reads=False) from None

    def _adopted(self, txid: str, known: Known, refusal: ProviderError, deadline: Deadline) -> Reading:
        now = self._clock.now()
        try:
            return self._reading(self._charge(txid, deadline), txid, now, known=known, first=True)
        except ProviderMissing:
            raise refusal from None
        except (ProviderUnavailable, ConfigurationError) as error:
            raise unseen() from error

    def _ended_otherwise(self, txid: str, known: Known, refusal: ProviderError, deadline: Deadline) -> Reading:
        """Why the bank did not remove it: paid, removed before, or only run out, which some banks leave as it is."""
        now = self._clock.now()
        charge = self._charge(txid, deadline)
        reading = self._reading(charge, txid, now, known=known)
        if reading.snapshot.status is PaymentStatus.CANCELED:
            return reading
        word = text(charge, "status")
        if objects(charge, "pix") or word == CONCLUDED:
            raise ProviderConflict("The Pix is paid; its state is being read and adopted.", code="already_paid")
        end = end_of(charge, txid)
        if word == ACTIVE and end is not None and end <= now:
            ended = replace(
                reading.snapshot, status=PaymentStatus.CANCELED, raw_status=f"{word}, run out", instructions=None
            )
            return Reading(ended)
        raise refusal

    def _made_before(
        self, path: tuple[str, str, str, str], money: Money, refusal: ProviderError, deadline: Deadline
    ) -> Json:
        try:
            made = self._client.get(*path, deadline=deadline)
            same = centavos(made, "valor") == money.amount
        except ProviderMissing:
            raise refusal from None
        except _UNSEEN as error:
            raise unseen() from error
        except _UNDOCUMENTED:
            raise unreadable(reads=False) from None
        if not same:
            raise ProviderRefused(
                "The bank has another devolução under this refund's id: refund under a new refund_id.",
                code="refund_id_taken",
            )
        return made

    def _charge(self, txid: str, deadline: Deadline) -> Json:
        return self._client.get(kind_of(txid), txid, deadline=deadline)

    def _with_devolucoes(self, charge: Json, payment: Payment, deadline: Deadline) -> Json:
        """Banks that leave them out of the charge have them in the Pix."""
        sent = {one.receipt_ref for one in payment.refunds.values() if one.sent_at is not None and not one.by_hand}
        try:
            received = [
                self._client.get("pix", text(pix, "endToEndId"), deadline=deadline)
                if "devolucoes" not in pix and pix.get("endToEndId") in sent
                else pix
                for pix in objects(charge, "pix")
            ]
        except _UNDOCUMENTED:
            raise unreadable(reads=True) from None
        return {**charge, "pix": received} if received else charge

    def _reading(
        self,
        charge: Json,
        txid: str,
        now: datetime,
        *,
        known: Known | None,
        payment: Payment | None = None,
        first: bool = False,
    ) -> Reading:
        connection = self._client.connection
        account = Account(connection.pix_keys(), self._livemode)
        try:
            code = self._code(charge) if waits_for_the_buyer(charge) else None
            seen = snapshot_of(charge, txid, account, observed_at=now, known=known, payment=payment, code=code)
        except _UNDOCUMENTED:
            raise unreadable(reads=True) from None
        if first:
            count_odd_code(seen)
        return Reading(seen)

    def _code(self, charge: Json) -> Code:
        field = self._client.connection.field
        return code_of(charge, self._profile.code_fields, lambda: (field("merchant_name"), field("merchant_city")))


def _txid(request: StartPayment) -> str:
    return txid_of(request.payment_id, by_date=request.choices.due_date is not None)


def _including(seen: Snapshot, payment: Payment, e2eid: str, made: Json) -> Snapshot:
    """A charge that was read too early to show the devolução just made, with it."""
    if optional_text(made, "status") is None or any(one.provider_ref == made.get("id") for one in seen.refunds):
        return seen
    found = refund_of({"endToEndId": e2eid}, made, payment)
    return seen if found is None else replace(seen, refunds=(*seen.refunds, found))
