"""The gateway on the stateful sandbox, in this process: a payment's life at PayPal."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from commerce.payments.model import CommandStatus
from commerce.payments.status import PaymentStatus
from commerce.platform.errors import ProviderAmbiguous, ProviderConflict, ProviderMissing, ProviderRefused
from local.sandboxes.kernel.faults import FaultKind, FaultStage
from local.sandboxes.paypal.capturing import PENDING_REASONS
from tests.builders import PRICE
from tests.unit.payments.paypal.rig import MANUAL, Rig, at_paypal, soon, start_payment

S = PaymentStatus


def test_from_the_open_order_to_the_paid_one(rig: Rig) -> None:
    opened = rig.start().snapshot
    assert (opened.status, opened.payment_id, opened.order_id) == (S.ACTION_REQUIRED, "pay_1", "order-1")
    assert opened.instructions is not None
    assert opened.provider_ref in (opened.instructions.approve_url or "")
    rig.world.approve(opened.provider_ref)
    approved = rig.read(opened.provider_ref)
    assert (approved.status, approved.approved, approved.captured) == (S.PROCESSING, True, 0)
    paid = rig.complete(opened.provider_ref)
    assert (paid.status, paid.captured, paid.money, paid.approved) == (S.PAID, PRICE.amount, PRICE, False)
    assert paid.details is not None
    assert paid.details.kind == "paypal"
    assert rig.read(opened.provider_ref).charge_ref == paid.charge_ref


def test_the_buyer_comes_back_with_our_references(rig: Rig) -> None:
    ref = rig.approved()
    query = parse_qs(urlsplit(rig.world.way_back(ref) or "").query)
    assert query["payment_id"] == ["pay_1"]
    assert query["order_id"] == ["order-1"]
    assert query["from"] == ["paypal"]
    assert query["token"] == [ref]


@pytest.mark.invariant("PAY-02")
def test_one_key_is_one_order(rig: Rig) -> None:
    first = rig.start().snapshot
    rig.world.approve(first.provider_ref)
    again = rig.start().snapshot
    assert again.provider_ref == first.provider_ref
    assert again.status is S.PROCESSING
    # What PayPal repeats may be old: the order is read anew.
    assert rig.calls[-1] == f"GET /v2/checkout/orders/{first.provider_ref}"
    assert len(rig.box.state.orders) == 1


@pytest.mark.invariant("PAY-01")
def test_completing_twice_takes_the_money_once(rig: Rig) -> None:
    ref = rig.approved()
    assert rig.complete(ref).captured == rig.complete(ref).captured == PRICE.amount
    with pytest.raises(ProviderConflict) as conflict:
        rig.complete(ref, key="pay_1:complete:2")
    assert conflict.value.code == "already_captured"
    assert rig.books["captured"] == PRICE.amount


def test_what_nobody_approved_is_not_taken(rig: Rig) -> None:
    ref = rig.start().snapshot.provider_ref
    with pytest.raises(ProviderConflict) as conflict:
        rig.complete(ref)
    assert conflict.value.code == "not_approved"


def test_a_declined_instrument_sends_the_buyer_back_and_another_one_pays(rig: Rig) -> None:
    ref = rig.approved("declined")
    with pytest.raises(ProviderRefused) as refused:
        rig.complete(ref)
    assert (refused.value.code, refused.value.details["buyer_code"]) == ("instrument_declined", "card_declined")
    rig.world.approve(ref)
    assert rig.complete(ref, key="pay_1:complete:2").status is S.PAID


@pytest.mark.parametrize("reason", PENDING_REASONS)
def test_pending_money_is_not_paid_whatever_the_reason(rig: Rig, reason: str) -> None:
    ref = rig.approved(reason)
    pending = rig.complete(ref)
    assert (pending.status, pending.pending_reason, pending.captured) == (S.PENDING, reason, 0)
    assert pending.charge_ref is not None
    rig.world.complete_capture(pending.charge_ref)
    paid = rig.read(ref)
    assert (paid.status, paid.pending_reason) == (S.PAID, None)


def test_a_denied_capture_fails_for_good(rig: Rig) -> None:
    ref = rig.approved("ECHECK")
    pending = rig.complete(ref)
    assert pending.charge_ref is not None
    rig.world.deny_capture(pending.charge_ref)
    denied = rig.read(ref)
    assert (denied.status, denied.captured) == (S.FAILED, 0)
    assert denied.failure is not None
    assert (denied.failure.code, denied.failure.buyer_code) == ("capture_declined", "card_declined")
    # PayPal takes no other try for this order: the buyer can no longer pay it, so the next checkout opens another.
    assert denied.expires_at == rig.clock.now()
    assert rig.cancel(ref).status is S.CANCELED


def test_a_capture_declined_at_once_fails_for_good(rig: Rig) -> None:
    declined = rig.complete(rig.approved("capture_declined"))
    assert (declined.status, declined.expires_at) == (S.FAILED, rig.clock.now())


def test_an_authorisation_is_captured_in_part_and_the_rest_released(rig: Rig) -> None:
    ref = rig.authorized()
    held = rig.read(ref)
    assert (held.status, held.authorized, held.captured) == (S.AUTHORIZED, PRICE.amount, 0)
    assert held.capture_before is not None
    assert (held.capture_before - rig.clock.now()).days == 29
    seen = rig.capture(ref, 10_000)
    assert (seen.status, seen.captured, seen.authorized, seen.refunds) == (S.PAID, 10_000, PRICE.amount, ())
    assert [row["status"] for row in rig.box.state.authorizations] == ["CAPTURED"]


@pytest.mark.invariant("PAY-07")
def test_one_key_captures_once(rig: Rig) -> None:
    ref = rig.authorized()
    rig.capture(ref, 10_000)
    with pytest.raises(ProviderConflict):
        rig.capture(ref, 10_000)
    assert rig.books["captured"] == 10_000


def test_an_old_authorisation_is_renewed_before_it_is_captured(rig: Rig) -> None:
    ref = rig.authorized()
    rig.pass_time(days=4)
    assert rig.capture(ref).captured == PRICE.amount
    assert len(rig.box.state.authorizations) == 2
    assert sum("/reauthorize" in call for call in rig.calls) == 1


def test_a_young_authorisation_is_captured_as_it_is(rig: Rig) -> None:
    ref = rig.authorized()
    rig.pass_time(days=2)
    rig.capture(ref)
    assert not any("/reauthorize" in call for call in rig.calls)


@pytest.mark.parametrize("issue", ["REAUTHORIZATION_NOT_SUPPORTED", "REAUTHORIZATION_TOO_SOON", "PAYER_CANNOT_PAY"])
def test_a_renewal_that_is_refused_does_not_stop_the_capture(rig: Rig, issue: str) -> None:
    ref = rig.authorized()
    rig.pass_time(days=4)
    refusal = {"name": "UNPROCESSABLE_ENTITY", "details": [{"issue": issue}]}
    rig.fault(FaultKind.STATUS, path="/reauthorize$", status=422, body=refusal)
    assert rig.capture(ref).captured == PRICE.amount


def test_a_renewal_whose_answer_was_lost_is_made_once(rig: Rig) -> None:
    ref = rig.authorized()
    rig.pass_time(days=4)
    rig.fault(FaultKind.STATUS, path="/reauthorize$", stage=FaultStage.AFTER)
    with pytest.raises(ProviderAmbiguous):
        rig.capture(ref)
    assert rig.capture(ref).captured == PRICE.amount
    assert len(rig.box.state.authorizations) == 2


@pytest.mark.parametrize("outcome", ["declined", "capture_declined"])
def test_a_declined_capture_leaves_the_authorisation(rig: Rig, outcome: str) -> None:
    ref = rig.authorized()
    rig.world.next_captures(next(iter(rig.box.state.authorizations))["id"], outcome)
    with pytest.raises(ProviderRefused):
        rig.capture(ref)
    assert (rig.read(ref).status, rig.read(ref).captured) == (S.AUTHORIZED, 0)


@pytest.mark.invariant("PAY-11")
def test_a_lapsed_authorisation_reads_as_expired(rig: Rig) -> None:
    ref = rig.authorized()
    rig.pass_time(days=30)
    assert rig.read(ref).status is S.EXPIRED
    with pytest.raises(ProviderConflict):
        rig.capture(ref)


def test_cancelling_releases_the_authorisation(rig: Rig) -> None:
    ref = rig.authorized()
    assert rig.cancel(ref).status is S.CANCELED
    with pytest.raises(ProviderConflict):
        rig.capture(ref)


def test_cancelling_releases_a_renewed_authorisation_too(rig: Rig) -> None:
    ref = rig.authorized()
    rig.pass_time(days=4)
    original = next(iter(rig.box.state.authorizations))
    rig.client.post(
        f"/v2/payments/authorizations/{original['id']}/reauthorize",
        {"amount": original["amount"]},
        key="by hand",
        deadline=soon(),
    )
    assert rig.cancel(ref).status is S.CANCELED
    assert {row["status"] for row in rig.box.state.authorizations} == {"VOIDED"}


@pytest.mark.invariant("PAY-19")
@pytest.mark.parametrize("approved", [False, True])
def test_an_order_without_money_is_let_go(rig: Rig, approved: bool) -> None:
    ref = rig.approved() if approved else rig.start().snapshot.provider_ref
    ended = rig.cancel(ref)
    assert (ended.status, ended.approved, ended.captured) == (S.CANCELED, False, 0)
    assert not any(call.startswith("POST") and ref in call for call in rig.calls)


@pytest.mark.invariant("PAY-11")
@pytest.mark.parametrize(("outcome", "code"), [("ok", "already_captured"), ("ECHECK", "capture_pending")])
def test_money_that_is_taken_or_under_way_is_not_cancelled(rig: Rig, outcome: str, code: str) -> None:
    ref = rig.paid(outcome)
    with pytest.raises(ProviderConflict) as conflict:
        rig.cancel(ref)
    assert conflict.value.code == code


def test_an_approval_that_was_taken_back_ends_the_attempt(rig: Rig) -> None:
    ref = rig.approved()
    rig.pass_time(hours=3)
    assert rig.read(ref).status is S.CANCELED
    assert rig.cancel(ref).status is S.CANCELED


def test_an_order_that_paypal_deleted_is_over_for_an_attempt_without_money(rig: Rig) -> None:
    ref = rig.start().snapshot.provider_ref
    rig.world.forget_order(ref)
    waiting = at_paypal(ref, S.ACTION_REQUIRED)
    assert rig.read(ref, waiting).status is S.EXPIRED
    assert rig.cancel(ref).status is S.CANCELED
    with pytest.raises(ProviderMissing):
        rig.read(ref)
    with pytest.raises(ProviderMissing):
        rig.read(ref, at_paypal(ref, S.PAID, captured=PRICE.amount))
    with pytest.raises(ProviderMissing):
        rig.cancel(ref, authorized=PRICE.amount)


@pytest.mark.invariant("PAY-08")
def test_one_refund_id_is_one_refund_and_two_are_two(rig: Rig) -> None:
    ref = rig.paid()
    rig.refund(ref, 1000)
    assert [entry.refund_id for entry in rig.refund(ref, 1000).refunds] == ["r1"]
    both = rig.refund(ref, 1000, "r2").refunds
    assert [(entry.refund_id, entry.amount, entry.status) for entry in both] == [
        ("r1", 1000, CommandStatus.SUCCEEDED),
        ("r2", 1000, CommandStatus.SUCCEEDED),
    ]


def test_a_refund_is_asked_for_once_even_after_paypal_forgot_its_key(rig: Rig) -> None:
    ref = rig.paid()
    rig.refund(ref, 1000)
    rig.pass_time(days=46)
    assert len(rig.refund(ref, 1000).refunds) == 1
    assert rig.books["refunded"] == 1000


@pytest.mark.invariant("PAY-09")
def test_more_than_was_paid_is_a_conflict(rig: Rig) -> None:
    ref = rig.paid()
    with pytest.raises(ProviderConflict) as conflict:
        rig.refund(ref, PRICE.amount + 1)
    assert conflict.value.code == "refund_exceeds_captured"
    rig.refund(ref, PRICE.amount)
    with pytest.raises(ProviderConflict) as conflict:
        rig.refund(ref, 1, "r2")
    assert conflict.value.code == "already_refunded"


@pytest.mark.invariant("PAY-10")
def test_a_refund_waits_and_may_fail(rig: Rig) -> None:
    ref = rig.paid()
    rig.world.refunds_pend()
    (waiting,) = rig.refund(ref, 1000).refunds
    assert waiting.status is CommandStatus.PENDING
    rig.world.settle_refund(waiting.provider_ref)
    assert rig.read(ref).refunds[0].status is CommandStatus.SUCCEEDED
    rig.world.fail_refund(waiting.provider_ref)
    (failed,) = rig.read(ref).refunds
    assert (failed.status, failed.failure) == (CommandStatus.FAILED, "refund_failed")


def test_pending_money_cannot_be_refunded(rig: Rig) -> None:
    ref = rig.paid("ECHECK")
    with pytest.raises(ProviderConflict) as conflict:
        rig.refund(ref, 1000)
    assert conflict.value.code == "capture_pending"


def test_money_that_paypal_took_back_counts_as_refunded(rig: Rig) -> None:
    ref = rig.paid()
    capture = rig.read(ref).charge_ref
    assert capture is not None
    rig.world.reverse_capture(capture)
    seen = rig.read(ref)
    assert seen.status is S.PAID
    assert [(entry.refund_id, entry.amount) for entry in seen.refunds] == [(None, PRICE.amount)]


@pytest.mark.invariant("PAY-25")
@pytest.mark.parametrize(
    ("outcome", "status", "frees"),
    [
        ("RESOLVED_SELLER_FAVOUR", "won", True),
        ("DENIED", "won", True),
        ("CANCELED_BY_BUYER", "warning_closed", True),
        ("NONE", "warning_closed", True),
        ("RESOLVED_BUYER_FAVOUR", "lost", False),
        ("ACCEPTED", "lost", False),
        ("RESOLVED_WITH_PAYOUT", "lost", False),
    ],
)
def test_a_dispute_is_seen_to_its_end(rig: Rig, outcome: str, status: str, frees: bool) -> None:
    ref = rig.paid()
    capture = rig.read(ref).charge_ref
    assert capture is not None
    opened = rig.world.open_dispute(capture)
    seen = rig.read(ref).dispute
    assert seen is not None
    assert (seen.status, seen.amount, seen.is_final) == ("needs_response", PRICE.amount, False)
    rig.world.resolve_dispute(opened["dispute_id"], outcome)
    ended = rig.read(ref).dispute
    assert ended is not None
    assert (ended.status, ended.is_final, ended.frees_refunds) == (status, True, frees)


def test_without_the_permission_disputes_are_not_asked_for(rig: Rig) -> None:
    ref = rig.paid()
    rig.world.allow(scope for scope in rig.box.state.scopes if "disputes" not in scope)
    rig.world.revoke_tokens()
    assert rig.read(ref).dispute is None
    assert not any("disputes" in call for call in rig.calls)


def test_a_permission_that_was_taken_away_does_not_stop_a_look(rig: Rig) -> None:
    ref = rig.paid()
    assert rig.read(ref).status is S.PAID
    allowed = rig.box.state.scopes
    # The token in use still says that it may.
    rig.world.allow(scope for scope in allowed if "disputes" not in scope)
    assert (rig.read(ref).status, rig.read(ref).dispute) == (S.PAID, None)


def test_find_never_answers(rig: Rig) -> None:
    rig.start()
    now = rig.clock.now()
    assert rig.gateway.find(start_payment(), since=now, until=now, deadline=soon()) is None


def test_one_token_serves_many_calls(rig: Rig) -> None:
    ref = rig.authorized()
    rig.capture(ref)
    rig.refund(ref, 100)
    assert rig.box.state.token_calls == 1


@pytest.mark.invariant("AUT-03")
def test_a_revoked_token_is_renewed_once_and_the_call_made_again(rig: Rig) -> None:
    ref = rig.approved()
    rig.world.revoke_tokens()
    assert rig.complete(ref).status is S.PAID
    assert rig.box.state.token_calls == 2


def test_manual_orders_are_authorised_and_not_captured(rig: Rig) -> None:
    ref = rig.approved(capture_method=MANUAL)
    assert rig.complete(ref, capture_method=MANUAL).status is S.AUTHORIZED
    assert rig.books["captured"] == 0
