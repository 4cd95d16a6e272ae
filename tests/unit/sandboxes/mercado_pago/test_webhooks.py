from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

import pytest

from local.sandboxes.mercado_pago.access import COLLECTOR_ID, WEBHOOK_SECRET
from local.sandboxes.mercado_pago.notices import Notice, proof
from tests.unit.sandboxes.mercado_pago.support import BASE, START, Bench

PUBLISHED = "633f91233312dd391ec75fa0bea539cfc2d6c4918873305b84a96cc1c58db71c"


def test_the_signature_of_the_published_example() -> None:
    request_id = "2066ca19-c6f1-498a-be75-1923005edd06"
    assert proof("your_secret_key_here", "ord01jq4s4ky8hwq6na5pxb65b3d3", request_id, 1742505638683) == PUBLISHED


def test_each_change_is_told_once(bench: Bench) -> None:
    made = bench.pix()
    bench.box.world.pay(made["id"])
    bench.refund(made, {"amount": 1})
    told = bench.notices()
    assert [body["action"] for _, body in told] == ["payment.created", "payment.updated", "payment.updated"]
    assert all(query == {"data.id": [str(made["id"])], "type": ["payment"]} for query, _ in told)
    assert len({body["id"] for _, body in told}) == 3
    assert told[0][1] == {
        "action": "payment.created",
        "api_version": "v1",
        "data": {"id": str(made["id"])},
        "date_created": "2027-01-15T11:00:00.000-04:00",
        "id": told[0][1]["id"],
        "live_mode": False,
        "type": "payment",
        "user_id": COLLECTOR_ID,
    }


def test_an_expiry_is_told(bench: Bench) -> None:
    bench.pix(date_of_expiration="2027-01-15T12:30:00.000-03:00")
    bench.notices()
    bench.box.advance(1_800)
    assert [body["action"] for _, body in bench.notices()] == ["payment.updated"]


@pytest.mark.parametrize(
    ("case", "unit", "signed", "stamp"),
    [("lower", "ms", "ord01ab", "1800025200000"), ("raw", "s", "ORD01Ab", "1800025200")],
)
def test_the_signature_covers_id_request_and_moment(
    bench: Bench, case: str, unit: str, signed: str, stamp: str
) -> None:
    bench.control("/signature", id_case=case, unit=unit)
    bench.box.world.notify(Notice("ORD01Ab"))
    (delivery,) = bench.box.webhooks.drain()
    assert delivery.endpoint.url == "https://store.test/hook?data.id=ORD01Ab&type=payment"
    headers = delivery.headers(START)
    manifest = f"id:{signed};request-id:{headers['x-request-id']};ts:{stamp};"
    expected = hmac.new(WEBHOOK_SECRET.encode(), manifest.encode(), hashlib.sha256).hexdigest()
    assert int(stamp[:10]) == START.timestamp()
    assert headers["x-signature"] == f"ts={stamp},v1={expected}"


def test_every_attempt_has_a_request_id_of_its_own(bench: Bench) -> None:
    bench.pix()
    (delivery,) = bench.box.webhooks.drain()
    assert delivery.headers(START)["x-request-id"] != delivery.headers(START)["x-request-id"]


def test_a_new_secret_signs_from_now_on(bench: Bench) -> None:
    bench.pix()
    (delivery,) = bench.box.webhooks.drain()
    bench.control("/endpoint", secret="other")
    headers = delivery.headers(START)
    stamp = headers["x-signature"].split(",")[0].removeprefix("ts=")
    data_id = str(next(iter(bench.box.state.payments)))
    assert headers["x-signature"].endswith(proof("other", data_id, headers["x-request-id"], int(stamp)))


def test_a_wrong_switch_of_the_signature_is_refused(bench: Bench) -> None:
    assert bench.control("/signature", unit="minutes").status_code == 409


def test_the_payments_own_address_outranks_the_accounts(bench: Bench) -> None:
    made = bench.pix(notification_url="https://other.test/mp?store=1")
    (delivery,) = bench.box.webhooks.drain()
    assert delivery.endpoint.url == f"https://other.test/mp?store=1&data.id={made['id']}&type=payment"


def test_webhooks_wait_for_an_address(bench: Bench) -> None:
    bench.box.state.notices.url = None
    made = bench.pix()
    assert bench.box.webhooks.pending == 0
    bench.control("/endpoint", url="https://late.test/")
    (delivery,) = bench.box.webhooks.drain()
    assert delivery.endpoint.url == f"https://late.test/?data.id={made['id']}&type=payment"


def test_a_foreign_or_repeated_notice(bench: Bench) -> None:
    made = bench.pix()
    bench.notices()
    bench.control("/notify", data_id="77", live_mode=True, user_id=5, action="payment.created")
    bench.control(f"/payments/{made['id']}/resend")
    (_, foreign), (_, again) = bench.notices()
    assert (foreign["data"], foreign["live_mode"], foreign["user_id"]) == ({"id": "77"}, True, 5)
    assert again["data"] == {"id": str(made["id"])}


def test_moments_carry_milliseconds_and_an_offset(bench: Bench) -> None:
    assert datetime.fromisoformat(bench.pix()["date_created"]) == START


def test_the_controls_are_listed(bench: Bench) -> None:
    listed = bench.session.get(f"{BASE}/_sandbox/").json()
    assert "POST /_sandbox/payments/<payment>/pay" in listed
