"""PayPal's disputes cannot be read: the money is known all the same, and nothing known of a dispute is forgotten."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.payments.gateways.paypal.dispute_reading import READ_SECONDS
from commerce.payments.gateways.paypal.events import DISPUTE
from commerce.payments.gateways.paypal.locating import OrderLocator
from commerce.payments.status import PaymentStatus
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ProviderUnavailable
from local.sandboxes.kernel.faults import FaultKind
from tests.builders import PRICE
from tests.unit.payments.paypal.rig import Rig, soon
from tests.unit.platform.lines import recorded

S = PaymentStatus
SEARCH, DETAIL = "/v1/customer/disputes$", "/v1/customer/disputes/"
OUTAGES: list[dict[str, Any]] = [
    {"kind": FaultKind.STATUS, "status": 500},
    {"kind": FaultKind.STATUS, "status": 503},
    {"kind": FaultKind.STATUS, "status": 429},
    {"kind": FaultKind.HANG, "seconds": 60},
    {"kind": FaultKind.GARBAGE},
    {"kind": FaultKind.STATUS, "status": 200, "body": {"items": [{"status": "OPEN"}]}},
]


def disputed(rig: Rig) -> tuple[str, str]:
    """A paid order and its dispute."""
    ref = rig.paid()
    opened = rig.world.open_dispute(rig.read(ref).charge_ref or "")
    return ref, opened["dispute_id"]


@pytest.mark.invariant("PAY-25")
@pytest.mark.parametrize("fault", OUTAGES)
def test_what_the_order_says_of_the_money_counts_without_its_disputes(rig: Rig, fault: dict[str, Any]) -> None:
    ref, _ = disputed(rig)
    rig.fault(**fault, path=SEARCH, times=20)
    with recorded() as lines:
        seen = rig.read(ref)
    assert (seen.status, seen.captured, seen.dispute) == (S.PAID, PRICE.amount, None)
    assert [line["message"] for line in lines.logs if line["level"] == "ERROR"] == [
        "disputes not read, the money is taken down without them"
    ]
    assert [metric["PaypalDisputesUnread"] for metric in lines.metrics if "PaypalDisputesUnread" in metric] == [[1]]


@pytest.mark.invariant("PAY-25")
@pytest.mark.parametrize("status", [404, 503])
def test_a_dispute_that_cannot_be_opened_says_nothing(rig: Rig, status: int) -> None:
    ref, dispute = disputed(rig)
    rig.world.resolve_dispute(dispute, "RESOLVED_SELLER_FAVOUR")
    rig.fault(FaultKind.STATUS, path=DETAIL, status=status, times=20, body={"name": "X"})
    assert (rig.read(ref).status, rig.read(ref).dispute) == (S.PAID, None)


def test_disputes_take_no_more_than_their_share_of_the_time(rig: Rig) -> None:
    ref, _ = disputed(rig)
    rig.fault(FaultKind.DELAY, seconds=READ_SECONDS + 1, path=SEARCH, times=20)
    slow = rig.gateway.read(ref, deadline=Deadline.after(60)).snapshot
    assert (slow.status, slow.dispute) == (S.PAID, None)
    rig.box.faults.clear()
    assert rig.read(ref).dispute is not None


@pytest.mark.invariant("PAY-25")
def test_news_of_a_dispute_comes_again_until_disputes_can_be_read(rig: Rig) -> None:
    ref, dispute = disputed(rig)
    message = {"type": "CUSTOMER.DISPUTE.CREATED", "event_id": "WH-1", "order_id": None, "object": DISPUTE}
    locate = OrderLocator(rig.client)
    rig.fault(FaultKind.STATUS, path=SEARCH, status=503, times=5)
    with pytest.raises(ProviderUnavailable):
        locate({**message, "object_id": dispute}, soon())
    rig.box.faults.clear()
    hint = locate({**message, "object_id": dispute}, soon())
    assert hint is not None
    assert hint.provider_ref == ref
