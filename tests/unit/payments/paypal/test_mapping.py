"""An order as PayPal shows it -> a snapshot: what counts, and what is never guessed."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

import pytest

from commerce.payments.gateways.paypal.disputes import dispute_of
from commerce.payments.gateways.paypal.mapping import ended
from commerce.payments.gateways.paypal.payments import including, over_honor_period, payments_of
from commerce.payments.model import CommandStatus
from commerce.payments.status import PaymentStatus
from tests.builders import NOW
from tests.unit.payments.paypal.objects import Json, authorization, brl, order, refund, row, seen

S = PaymentStatus


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("CREATED", S.ACTION_REQUIRED),
        ("SAVED", S.ACTION_REQUIRED),
        ("PAYER_ACTION_REQUIRED", S.ACTION_REQUIRED),
        ("APPROVED", S.PROCESSING),
        ("VOIDED", S.CANCELED),
    ],
)
def test_an_order_without_payments_is_what_it_says(word: str, status: PaymentStatus) -> None:
    found = seen(order(word))
    assert (found.status, found.approved, found.captured) == (status, word == "APPROVED", 0)


@pytest.mark.invariant("PAY-23")
@pytest.mark.parametrize(
    ("found", "raw"),
    [
        (order("TELEPORTED"), "order:TELEPORTED"),
        (order("COMPLETED"), "order:COMPLETED"),
        (order(captures=[row("CAP1", "TELEPORTED")]), "capture:TELEPORTED"),
        (order(captures=[row("CAP1", "COMPLETED")], refunds=[refund("R1", "TELEPORTED")]), "refund:TELEPORTED"),
        (order(authorizations=[authorization("TELEPORTED")]), "authorization:TELEPORTED"),
        (order(authorizations=[authorization("CAPTURED")]), "authorization:CAPTURED:without a capture"),
    ],
)
def test_a_word_that_nobody_knows_holds_the_payment(found: Json, raw: str) -> None:
    assert (seen(found).status, seen(found).raw_status) == (None, raw)


@pytest.mark.parametrize("status", ["COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED", "REVERSED"])
def test_a_capture_that_took_money_is_paid(status: str) -> None:
    found = seen(order(captures=[row("CAP1", status)]))
    assert (found.status, found.captured, found.charge_ref) == (S.PAID, 12_990, "CAP1")


@pytest.mark.parametrize("status", ["DECLINED", "DENIED", "FAILED"])
def test_a_lost_capture_fails_for_good(status: str) -> None:
    lost = row("CAP1", status, update_time="2026-11-24T11:00:00Z", status_details={"reason": "ECHECK"})
    found = seen(order(captures=[lost]))
    assert (found.status, found.captured) == (S.FAILED, 0)
    assert found.failure is not None
    assert (found.failure.code, found.failure.decline_code) == ("capture_declined", "ECHECK")
    assert found.expires_at == datetime(2026, 11, 24, 11, tzinfo=UTC)


def test_a_new_pending_reason_is_kept_as_it_is() -> None:
    found = seen(order(captures=[row("CAP1", "PENDING", status_details={"reason": "MOON_PHASE"})]))
    assert (found.status, found.pending_reason) == (S.PENDING, "MOON_PHASE")
    assert seen(order(captures=[row("CAP1", "PENDING")])).pending_reason == "OTHER"


def test_several_captures_add_up_in_any_order() -> None:
    rows = [row("CAP1", "DECLINED"), row("CAP2", "COMPLETED", "100.00"), row("CAP3", "COMPLETED", "29.90")]
    for arranged in permutations(rows):
        found = seen(order(captures=list(arranged)))
        assert (found.status, found.captured) == (S.PAID, 12_990)


@pytest.mark.parametrize(
    ("held", "status"),
    [
        (authorization(), S.AUTHORIZED),
        (authorization("PARTIALLY_CAPTURED"), S.AUTHORIZED),
        (authorization("PENDING", status_details={"reason": "PENDING_REVIEW"}), S.PENDING),
        (authorization("DENIED"), S.FAILED),
        (authorization("VOIDED", update_time="2026-11-24T11:00:00Z"), S.CANCELED),
        (
            authorization("VOIDED", expiration_time="2026-11-24T11:00:00Z", update_time="2026-11-24T11:00:00Z"),
            S.EXPIRED,
        ),
        (authorization(expiration_time="2026-11-24T11:59:59Z"), S.EXPIRED),
        (authorization("EXPIRED"), S.EXPIRED),
    ],
)
def test_an_authorisation_is_what_it_says(held: Json, status: PaymentStatus) -> None:
    assert seen(order(authorizations=[held])).status is status


def test_a_declined_capture_leaves_a_live_authorisation() -> None:
    found = seen(order(authorizations=[authorization()], captures=[row("CAP1", "DECLINED")]))
    assert (found.status, found.authorized, found.captured) == (S.AUTHORIZED, 12_990, 0)


def test_the_capture_of_an_authorisation_may_be_denied_later() -> None:
    found = seen(order(authorizations=[authorization("CAPTURED")], captures=[row("CAP1", "DECLINED")]))
    assert found.status is S.FAILED


def test_a_renewed_authorisation_is_the_same_money_once() -> None:
    renewed = authorization(identity="AUTH2", create_time="2026-11-24T11:00:00Z", amount=brl("100.00"))
    for arranged in permutations([authorization(), renewed]):
        found = seen(order(authorizations=list(arranged)))
        assert (found.status, found.authorized, found.charge_ref) == (S.AUTHORIZED, 12_990, "AUTH2")


@pytest.mark.parametrize(
    ("custom_id", "invoice_id", "ours"),
    [
        ("r1", "pay_1-r1", "r1"),
        ("r1", None, "r1"),
        ("pay_1", "pay_1", None),
        ("r1", "another-invoice", None),
        (None, None, None),
    ],
)
def test_only_our_refunds_carry_our_id(custom_id: str | None, invoice_id: str | None, ours: str | None) -> None:
    made = refund("R1", custom_id=custom_id, invoice_id=invoice_id)
    (entry,) = seen(order(captures=[row("CAP1", "PARTIALLY_REFUNDED")], refunds=[made])).refunds
    assert (entry.refund_id, entry.provider_ref, entry.amount) == (ours, "R1", 1000)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("COMPLETED", CommandStatus.SUCCEEDED),
        ("PENDING", CommandStatus.PENDING),
        ("FAILED", CommandStatus.FAILED),
        ("CANCELLED", CommandStatus.CANCELED),
    ],
)
def test_a_refund_is_what_it_says(word: str, status: CommandStatus) -> None:
    (entry,) = seen(order(captures=[row("CAP1", "COMPLETED")], refunds=[refund("R1", word)])).refunds
    assert entry.status is status


@pytest.mark.invariant("PAY-15")
@pytest.mark.parametrize("custom_id", [None, "", "invoice 17", "PAY-1"])
def test_an_order_of_another_application_is_foreign(custom_id: str | None) -> None:
    found = order("APPROVED")
    found["purchase_units"][0]["custom_id"] = custom_id
    assert seen(found).payment_id is None


@pytest.mark.invariant("PAY-15")
def test_an_order_with_two_purchase_units_is_foreign() -> None:
    found = order("APPROVED")
    found["purchase_units"] *= 2
    assert seen(found).payment_id is None


def test_a_card_paid_at_paypal_shows_its_last_digits() -> None:
    found = {**order("APPROVED"), "payment_source": {"card": {"brand": "VISA", "last_digits": "4242"}}}
    details = seen(found).details
    assert details is not None
    assert (details.kind, details.brand, details.last4) == ("card", "VISA", "4242")
    assert seen(order("APPROVED")).details is None


@pytest.mark.parametrize("rel", ["approve", "payer-action"])
def test_the_approve_link_has_two_names(rel: str) -> None:
    links = [
        {"rel": "self", "href": "https://x.example"},
        {"rel": rel, "href": "https://www.paypal.com/checkoutnow?token=1"},
    ]
    instructions = seen({**order("CREATED"), "links": links}).instructions
    assert instructions is not None
    assert instructions.approve_url == "https://www.paypal.com/checkoutnow?token=1"


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"id": "1", "status": "CREATED"},
        {**order("CREATED"), "purchase_units": []},
        {**order("CREATED"), "purchase_units": {"0": {}}},
        {**order("CREATED"), "purchase_units": [{"amount": {"currency_code": "BRL", "value": 129.90}}]},
        order(captures=[{"id": "CAP1", "amount": brl("129.90")}]),
        order(captures=[row("CAP1", "COMPLETED", "a lot")]),
        order(captures=[row("CAP1", "COMPLETED", create_time="soon")]),
    ],
)
def test_what_paypal_does_not_document_is_an_error(broken: Json) -> None:
    with pytest.raises((LookupError, TypeError, ValueError)):
        seen(broken)


def test_what_a_write_answered_is_added_where_the_list_lags() -> None:
    made = refund("R1", custom_id="r1", invoice_id="pay_1-r1")
    bare = order(captures=[row("CAP1", "COMPLETED")])
    assert [entry.refund_id for entry in seen(including(bare, "refunds", made)).refunds] == ["r1"]
    listed = order(captures=[row("CAP1", "COMPLETED")], refunds=[made])
    assert len(seen(including(listed, "refunds", made)).refunds) == 1
    assert "refunds" not in bare["purchase_units"][0]["payments"]


def test_an_order_that_was_let_go_asks_for_nothing() -> None:
    let_go = ended(seen(order("APPROVED")))
    assert (let_go.status, let_go.approved, let_go.instructions) == (S.CANCELED, False, None)


@pytest.mark.parametrize(("created", "over"), [("2026-11-21T12:00:00Z", True), ("2026-11-21T12:00:01Z", False)])
def test_the_honor_period_is_three_days(created: str, over: bool) -> None:
    assert over_honor_period(authorization(create_time=created), NOW) is over


def test_an_order_without_payments_has_none() -> None:
    payments = payments_of(order("CREATED"))
    assert (payments.captures, payments.authorizations, payments.refunds, payments.holds) == ([], [], [], [])


def dispute(identity: str, status: str, outcome: str | None = None, created: str = "2026-11-01T00:00:00Z") -> Json:
    found: Json = {"dispute_id": identity, "status": status, "dispute_amount": brl("10.00"), "create_time": created}
    return found if outcome is None else {**found, "dispute_outcome": {"outcome_code": outcome}}


@pytest.mark.invariant("PAY-25")
@pytest.mark.parametrize(
    ("found", "status"),
    [
        (dispute("D1", "TELEPORTED"), "unknown:teleported"),
        (dispute("D1", "WON"), "unknown:won"),
        (dispute("D1", "RESOLVED", "TELEPORTED"), "unknown:resolved_teleported"),
        (dispute("D1", "RESOLVED"), "unknown:resolved_"),
    ],
)
def test_a_dispute_whose_word_nobody_knows_stays_open(found: Json, status: str) -> None:
    seen_one = dispute_of([found])
    assert seen_one is not None
    assert (seen_one.status, seen_one.is_final, seen_one.frees_refunds) == (status, False, False)


@pytest.mark.invariant("PAY-25")
def test_the_dispute_that_matters_is_shown() -> None:
    rows = [
        dispute("WON", "RESOLVED", "RESOLVED_SELLER_FAVOUR", "2026-11-03T00:00:00Z"),
        dispute("OPEN", "UNDER_REVIEW"),
        dispute("LOST", "RESOLVED", "ACCEPTED", "2026-11-02T00:00:00Z"),
    ]
    for arranged in permutations(rows):
        first = dispute_of(list(arranged))
        assert first is not None
        assert first.provider_ref == "OPEN"
        second = dispute_of([one for one in arranged if one["dispute_id"] != "OPEN"])
        assert second is not None
        assert second.provider_ref == "LOST"
    assert dispute_of([]) is None
