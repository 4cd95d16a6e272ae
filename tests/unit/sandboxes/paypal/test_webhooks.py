from __future__ import annotations

import base64
import json
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import PolicyBuilder, Store

from commerce.platform.clock import ManualClock
from local.sandboxes.kernel.clock import from_epoch
from local.sandboxes.kernel.webhooks import Delivery
from local.sandboxes.paypal import certificates
from local.sandboxes.paypal.account import SUBSCRIBED
from local.sandboxes.paypal.app import WEBHOOK_ID, PaypalSandbox
from tests.unit.sandboxes.paypal.support import START, Bench, open_bench

VERIFY = "/v1/notifications/verify-webhook-signature"


def sent(bench: Bench) -> tuple[Delivery, dict[str, str]]:
    """The last webhook with its headers."""
    delivery = bench.box.webhooks.drain()[-1]
    return delivery, delivery.headers(from_epoch(START))


def served_key(bench: Bench, headers: dict[str, str]) -> rsa.RSAPublicKey:
    """The key in the certificate that the headers name, once the chain was checked up to the root."""
    pem = bench.session.get(headers["PAYPAL-CERT-URL"]).content
    leaf, *above = x509.load_pem_x509_certificates(pem)
    root = x509.load_pem_x509_certificate(certificates.root_pem().encode())
    policy = PolicyBuilder().store(Store([root])).time(datetime(2027, 1, 15, tzinfo=UTC))
    policy.build_server_verifier(x509.DNSName(certificates.COMMON_NAME)).verify(leaf, above)
    (name,) = leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert name.value == certificates.COMMON_NAME
    key = leaf.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    return key


def question(delivery: Delivery, headers: dict[str, str], **changes: str) -> bytes:
    """The request to the verification API, the event's bytes verbatim in it."""
    fields = {
        "auth_algo": headers["PAYPAL-AUTH-ALGO"],
        "cert_url": headers["PAYPAL-CERT-URL"],
        "transmission_id": headers["PAYPAL-TRANSMISSION-ID"],
        "transmission_sig": headers["PAYPAL-TRANSMISSION-SIG"],
        "transmission_time": headers["PAYPAL-TRANSMISSION-TIME"],
        "webhook_id": WEBHOOK_ID,
    }
    text = json.dumps(fields | changes)
    return text[:-1].encode() + b', "webhook_event" : ' + delivery.body + b" }"


def test_a_webhook_is_signed_by_the_key_of_the_served_certificate(bench: Bench) -> None:
    bench.paid(unit={"description": "Café — R$ 10"})
    delivery, headers = sent(bench)
    key = served_key(bench, headers)
    proof = base64.b64decode(headers["PAYPAL-TRANSMISSION-SIG"])

    def check(body: bytes) -> None:
        parts = (headers["PAYPAL-TRANSMISSION-ID"], headers["PAYPAL-TRANSMISSION-TIME"], WEBHOOK_ID)
        signed = "|".join((*parts, str(zlib.crc32(body)))).encode()
        key.verify(proof, signed, padding.PKCS1v15(), hashes.SHA256())

    check(delivery.body)
    with pytest.raises(InvalidSignature):
        check(delivery.body + b" ")
    assert headers["PAYPAL-TRANSMISSION-TIME"] == "2027-01-15T08:00:00Z"
    assert headers["PAYPAL-CERT-URL"].startswith("https://api.sandbox.paypal.com/v1/notifications/certs/")
    assert headers["PAYPAL-AUTH-ALGO"] == "SHA256withRSA"


def test_the_verification_api_wants_the_event_verbatim(bench: Bench) -> None:
    bench.paid(unit={"description": "Café — R$ 10"})
    delivery, headers = sent(bench)

    def status(body: bytes) -> str:
        answer = bench.post(VERIFY, body)
        assert answer.status_code == 200
        return str(answer.json()["verification_status"])

    assert status(question(delivery, headers)) == "SUCCESS"
    rewritten = Delivery(delivery.id, delivery.kind, json.dumps(json.loads(delivery.body)).encode(), delivery.endpoint)
    assert status(question(rewritten, headers)) == "FAILURE"
    for changes in (
        {"webhook_id": "WH-OTHER"},
        {"cert_url": "https://api.paypal.com.evil.example/v1/notifications/certs/x"},
        {"transmission_time": "2027-01-15T08:00:01Z"},
        {"transmission_sig": "AAAA"},
        {"transmission_sig": "no base64"},
        {"auth_algo": "MD5withRSA"},
    ):
        assert status(question(delivery, headers, **changes)) == "FAILURE", changes


def test_the_verification_api_wants_everything(bench: Bench) -> None:
    answer = bench.post(VERIFY, {"webhook_id": WEBHOOK_ID})
    assert answer.status_code == 400
    assert len(answer.json()["details"]) == 6


def test_each_attempt_is_a_transmission_of_its_own(bench: Bench) -> None:
    bench.paid()
    delivery, first = sent(bench)
    second = delivery.headers(from_epoch(START + 60))
    assert first["PAYPAL-TRANSMISSION-ID"] != second["PAYPAL-TRANSMISSION-ID"]
    assert bench.post(VERIFY, question(delivery, second)).json() == {"verification_status": "SUCCESS"}


def test_an_event_shows_the_object_as_it_was_then(bench: Bench) -> None:
    capture = bench.paid()
    bench.refund(capture["id"], "1.00")
    bodies = [json.loads(delivery.body) for delivery in bench.box.webhooks.drain()]
    approved, completed, refunded = bodies
    assert approved["resource_type"] == "checkout-order"
    assert "payments" not in approved["resource"]["purchase_units"][0]
    assert (completed["resource"]["id"], completed["resource"]["status"]) == (capture["id"], "COMPLETED")
    assert completed["resource"]["supplementary_data"]["related_ids"]["order_id"] == approved["resource"]["id"]
    assert refunded["resource_type"] == "refund"
    (up,) = [link["href"] for link in refunded["resource"]["links"] if link["rel"] == "up"]
    assert up.endswith(f"/captures/{capture['id']}")
    assert all(event["create_time"].endswith("Z") for event in bodies)


def test_bytes_outside_ascii_are_sent_as_they_are(bench: Bench) -> None:
    bench.paid(unit={"description": "Café"})
    assert "Café".encode() in bench.box.webhooks.drain()[0].body


def test_events_are_listed_and_resent_byte_for_byte(bench: Bench) -> None:
    bench.paid()
    first = bench.box.webhooks.drain()[-1]
    path = "/v1/notifications/webhooks-events"
    listed = bench.get(path, event_type="PAYMENT.CAPTURE.COMPLETED").json()
    assert [event["id"] for event in listed["events"]] == [first.id]
    assert bench.get(path, start_time="2027-01-15T08:00:01Z").json()["events"] == []
    assert bench.get(path, page_size="0").status_code == 400
    assert bench.get(f"{path}/{first.id}").json() == json.loads(first.body)
    assert bench.post(f"{path}/{first.id}/resend", {"webhook_ids": ["WH-OTHER"]}).status_code == 400
    assert bench.post(f"{path}/{first.id}/resend", {"webhook_ids": [WEBHOOK_ID]}).status_code == 202
    bench.control(f"/events/{first.id}/resend")
    again, once_more = bench.box.webhooks.drain()
    assert again.body == once_more.body == first.body


def test_only_subscribed_events_are_sent(bench: Bench) -> None:
    set_to = bench.control("/endpoint", url="http://127.0.0.1:1/hook", enabled_events=["PAYMENT.CAPTURE.COMPLETED"])
    assert set_to.json()["webhook_id"] == WEBHOOK_ID
    bench.paid()
    assert [delivery.kind for delivery in bench.box.webhooks.drain()] == ["PAYMENT.CAPTURE.COMPLETED"]
    assert set(bench.events()) <= set(SUBSCRIBED)


def test_a_served_sandbox_tells_its_own_address(bench: Bench) -> None:
    bench.box.served_at("http://127.0.0.1:1234")
    bench.paid()
    _, headers = sent(bench)
    assert headers["PAYPAL-CERT-URL"].startswith("http://127.0.0.1:1234/v1/notifications/certs/")


def test_nobody_needs_a_token_for_the_certificate_and_others_are_unknown(bench: Bench) -> None:
    bench.token = ""
    path = "https://api.sandbox.paypal.com/v1/notifications/certs"
    assert bench.session.get(f"{path}/{certificates.CERTIFICATE_ID}").content.count(b"BEGIN CERTIFICATE") == 2
    assert bench.session.get(f"{path}/CERT-OTHER").status_code == 404


def test_a_test_may_sign_with_what_a_receiver_must_refuse(bench: Bench) -> None:
    when = {"issued": datetime(2017, 1, 1, tzinfo=UTC), "expires": datetime(2019, 1, 1, tzinfo=UTC)}
    expired: Any = certificates.authority().issue("evil.example", **when, key=certificates.identity().key)
    bench.box.state.signature.identity = expired
    bench.paid()
    _, headers = sent(bench)
    with pytest.raises(x509.verification.VerificationError):
        served_key(bench, headers)


def test_ids_are_reproducible_with_a_seed() -> None:
    def played() -> list[str]:
        bench = open_bench(PaypalSandbox(clock=ManualClock(from_epoch(START)), seed=b"same"))
        bench.paid()
        bench.session.close()
        return [event["id"] for event in bench.box.state.events]

    assert played() == played()
