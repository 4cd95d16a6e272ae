"""PayPal's webhook signature: what opens the door, and all that does not."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.payments.gateways.paypal.asking import question
from commerce.payments.gateways.paypal.certificates import (
    FETCHES_A_MINUTE,
    REFUSED_FOR,
    Certificates,
    origins,
    read_chain,
)
from commerce.payments.gateways.paypal.signature import PaypalSignature, Transmission, parse
from commerce.platform.clock import ManualClock
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ConfigurationError, ProviderUnavailable, Unauthorized
from commerce.platform.webhooks import WebhookCall
from local.sandboxes.paypal import certificates
from local.sandboxes.paypal.certificates import COMMON_NAME, Identity, root_pem
from local.sandboxes.paypal.signature import Signature
from tests.builders import NOW
from tests.unit.payments.paypal import vector

BODY = '{"id": "WH-1", "note": "São Paulo \\/ \\u00e9"}\r\n'.encode()
WEBHOOK = "1JE4291016473214C"
ORIGIN = "https://api.sandbox.paypal.com"
LIVE = "https://api.paypal.com"


def signed(raw: bytes = BODY, at: datetime = NOW, webhook_id: str = WEBHOOK, **changes: str) -> dict[str, str]:
    """The headers that PayPal would send, names in lower case."""
    headers = Signature(webhook_id, lambda: ORIGIN, lambda: "0" * 32).headers(raw, at)
    return {name.lower(): value for name, value in headers.items()} | changes


class Door:
    """The verifier with a certificate at hand, and PayPal to ask."""

    def __init__(
        self,
        *,
        webhook_ids: Sequence[str] = (WEBHOOK,),
        root_ca: Callable[[], str] = root_pem,
        pem: bytes | Exception | None = None,
        word: bool | Exception = False,
        live_mode: bool = False,
    ) -> None:
        self.pem = certificates.identity().chain_pem() if pem is None else pem
        self.word = word
        self.fetched: list[str] = []
        self.asked: list[str] = []
        self.clock = ManualClock(NOW)
        allowed = origins(live_mode=live_mode, api_base="http://127.0.0.1:9000")
        self.certificates = Certificates(lambda: LIVE_ONLY if live_mode else allowed, root_ca, self.fetch)
        self.slow, self.seconds = False, 0.0
        self.verifier = PaypalSignature(
            lambda: webhook_ids,
            self.certificates,
            self.ask,
            lambda: Deadline.after(8.0, monotonic=lambda: self.seconds),
        )

    def fetch(self, origin: str, path: str, deadline: Deadline) -> bytes:
        self.fetched.append(origin + path)
        self.spent(deadline)
        if isinstance(self.pem, Exception):
            raise self.pem
        return self.pem

    def ask(self, _transmission: Transmission, webhook_id: str, _raw: bytes, deadline: Deadline) -> bool:
        self.asked.append(webhook_id)
        self.spent(deadline)
        if isinstance(self.word, Exception):
            raise self.word
        return self.word

    def spent(self, deadline: Deadline) -> None:
        """All the time that the call was given is over."""
        self.seconds += deadline.remaining() if self.slow else 0

    def verify(self, headers: dict[str, str] | None = None, raw: bytes = BODY) -> None:
        self.verifier.verify(WebhookCall(raw, signed() if headers is None else headers), self.clock.now())

    def refusal(self, headers: dict[str, str] | None = None, raw: bytes = BODY) -> str:
        with pytest.raises(Unauthorized) as refused:
            self.verify(headers, raw)
        return refused.value.code


@cache
def one_door() -> Door:
    """For properties: the same door for every example."""
    return Door()


LIVE_ONLY = origins(live_mode=True, api_base=LIVE)


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize("raw", [BODY, b"", b"{}", "ação".encode(), b"\x00\xff"])
def test_a_genuine_delivery_passes_without_asking(raw: bytes) -> None:
    door = Door()
    door.verify(signed(raw), raw)
    door.verify(signed(raw), raw)
    assert (len(door.fetched), door.asked) == (1, [])


@pytest.mark.invariant("PAY-12")
def test_a_delivery_that_paypal_really_signed_passes_in_its_time() -> None:
    door = Door(webhook_ids=[vector.WEBHOOK_ID], root_ca=lambda: vector.ISSUER, pem=vector.CERTIFICATE.encode())
    door.clock = ManualClock(vector.SENT_AT + timedelta(hours=1))
    door.verify(dict(vector.HEADERS), vector.BODY)
    assert door.asked == []
    assert door.refusal(dict(vector.HEADERS), vector.BODY[:-1] + b" ") == "signature_invalid"
    rewritten = json.dumps(json.loads(vector.BODY)).encode()
    assert door.refusal(dict(vector.HEADERS), rewritten) == "signature_invalid"
    door.clock = ManualClock(NOW)
    assert door.refusal(dict(vector.HEADERS), vector.BODY) == "signature_stale"


@pytest.mark.invariant("PAY-12")
def test_a_certificate_that_ran_out_is_refused() -> None:
    door = Door(webhook_ids=[vector.WEBHOOK_ID], root_ca=lambda: vector.ISSUER, pem=vector.CERTIFICATE.encode())
    fresh = {**vector.HEADERS, "paypal-transmission-time": "2026-11-24T12:00:00Z"}
    assert door.refusal(fresh, vector.BODY) == "certificate_refused"


@pytest.mark.invariant("AUT-06")
@pytest.mark.parametrize("webhook_id", ["NEW1", "OLD1"])
def test_both_ids_open_while_one_webhook_replaces_another(webhook_id: str) -> None:
    Door(webhook_ids=["NEW1", "OLD1"]).verify(signed(webhook_id=webhook_id))


@pytest.mark.invariant("PAY-12")
def test_a_delivery_to_another_webhook_is_refused() -> None:
    assert Door().refusal(signed(webhook_id="SOMEBODYELSES")) == "signature_invalid"


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize(
    ("away", "fits"),
    [
        (timedelta(days=3), True),
        (timedelta(days=-3), True),
        (timedelta(days=3, seconds=1), False),
        (timedelta(days=-3, seconds=-1), False),
    ],
)
def test_the_window_has_two_sides(away: timedelta, fits: bool) -> None:
    door = Door()
    if fits:
        door.verify(signed(at=NOW - away))
    else:
        assert door.refusal(signed(at=NOW - away)) == "signature_stale"
        assert door.fetched == []


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        *[({name: ""}, "signature_missing") for name in vector.HEADERS],
        ({"paypal-transmission-time": "yesterday"}, "signature_malformed"),
        ({"paypal-transmission-time": "2026-11-24T12:00:00"}, "signature_malformed"),
        ({"paypal-transmission-time": "2026-11-24 12:00:00Z"}, "signature_malformed"),
        ({"paypal-transmission-id": "a|b"}, "signature_malformed"),
        ({"paypal-transmission-id": "x" * 51}, "signature_malformed"),
        ({"paypal-auth-algo": "SHA1withRSA"}, "signature_malformed"),
        ({"paypal-auth-algo": "none"}, "signature_malformed"),
        ({"paypal-transmission-sig": "ação"}, "signature_malformed"),
        ({"paypal-transmission-sig": "%%%%"}, "signature_invalid"),
        ({"paypal-transmission-sig": "AAAA"}, "signature_invalid"),
        ({"paypal-transmission-id": "0-0"}, "signature_invalid"),
        ({"paypal-transmission-time": "2026-11-24T12:00:01Z"}, "signature_invalid"),
    ],
)
def test_a_forged_header_is_refused(changes: dict[str, str], code: str) -> None:
    assert Door(word=True).refusal(signed() | changes) == code


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize(
    "url",
    [
        "http://api.paypal.com/v1/notifications/certs/CERT-1",
        "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1",
        "https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1",
        "https://user:pass@api.paypal.com/v1/notifications/certs/CERT-1",
        "https://api.paypal.com:8443/v1/notifications/certs/CERT-1",
        "https://api.paypal.com:443/v1/notifications/certs/CERT-1",
        "https://API.PAYPAL.COM/v1/notifications/certs/CERT-1",
        "https://evil.example/v1/notifications/certs/CERT-1",
        "https://169.254.169.254/v1/notifications/certs/CERT-1",
        "https://api.paypal.com/v1/notifications/certs/../../oauth2/token",
        "https://api.paypal.com/v1/notifications/certs/..%2f..%2foauth2",
        "https://api.paypal.com/v1/notifications/certs/CERT-1?x=1",
        "https://api.paypal.com/v1/notifications/certs/CERT-1#x",
        "https://api.paypal.com/v1/notifications/certs/CERT-1/x",
        "https://api.paypal.com/v1/notifications/certs/",
        "https://api.paypal.com/v2/notifications/certs/CERT-1",
        "https://api.paypal.com\\@evil.example/v1/notifications/certs/CERT-1",
        "//api.paypal.com/v1/notifications/certs/CERT-1",
        "file:///v1/notifications/certs/CERT-1",
    ],
)
def test_a_certificate_from_elsewhere_is_never_fetched(url: str) -> None:
    door = Door(word=True)
    assert door.refusal(signed() | {"paypal-cert-url": url}) == "certificate_refused"
    assert (door.fetched, door.asked) == ([], [])


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize("host", ["api.sandbox.paypal.com", "api-m.sandbox.paypal.com", "127.0.0.1:9000"])
def test_with_real_money_the_sandbox_signs_nothing(host: str) -> None:
    scheme = "http" if host.startswith("127") else "https"
    url = f"{scheme}://{host}/v1/notifications/certs/CERT-1"
    door = Door(live_mode=True, word=True)
    assert door.refusal(signed() | {"paypal-cert-url": url}) == "certificate_refused"
    assert (door.fetched, door.asked) == ([], [])


def test_in_test_mode_a_stand_in_may_serve_its_certificate() -> None:
    door = Door()
    door.verify(signed() | {"paypal-cert-url": "http://127.0.0.1:9000/v1/notifications/certs/CERT-1"})
    assert door.fetched == ["http://127.0.0.1:9000/v1/notifications/certs/CERT-1"]


@cache
def identity(kind: str) -> Identity:
    match kind:
        case "other name":
            return certificates.authority().issue("messageverificationcerts.paypal.com.evil.example")
        case "live name":
            return certificates.authority().issue("messageverificationcerts.paypal.com")
        case "over":
            return certificates.authority().issue(expires=datetime(2021, 1, 1, tzinfo=UTC))
        case "not yet":
            return certificates.authority().issue(issued=datetime(2030, 1, 1, tzinfo=UTC))
        case _:
            return certificates.new_authority().issue()


def signed_by(found: Identity) -> dict[str, str]:
    signature = Signature(WEBHOOK, lambda: ORIGIN, lambda: "0" * 32)
    signature.identity = found
    return {name.lower(): value for name, value in signature.headers(BODY, NOW).items()}


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize("kind", ["other name", "live name", "another authority"])
def test_a_certificate_that_nobody_vouches_for_needs_paypal_s_word(kind: str) -> None:
    found = identity(kind)
    door = Door(pem=found.chain_pem(), word=False)
    assert door.refusal(signed_by(found)) == "signature_invalid"
    assert door.asked == [WEBHOOK]


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize("kind", ["over", "not yet"])
def test_a_certificate_out_of_its_time_is_refused_whatever_paypal_says(kind: str) -> None:
    found = identity(kind)
    door = Door(pem=found.chain_pem(), word=True)
    assert door.refusal(signed_by(found)) == "certificate_refused"
    assert door.asked == []


@pytest.mark.invariant("PAY-12")
def test_the_public_authorities_do_not_vouch_for_a_sandbox() -> None:
    door = Door(root_ca=lambda: "", word=False)
    assert door.refusal() == "signature_invalid"
    assert door.asked == [WEBHOOK]


def test_an_incomplete_chain_is_asked_about_once() -> None:
    leaf_alone = (
        certificates.identity().chain_pem().split(b"-----END CERTIFICATE-----")[0] + b"-----END CERTIFICATE-----"
    )
    door = Door(pem=leaf_alone, word=True)
    door.verify()
    door.verify()
    assert door.asked == [WEBHOOK]
    assert door.refusal(raw=b"{}") == "signature_invalid"


@pytest.mark.invariant("PAY-12")
def test_a_forgery_under_an_incomplete_chain_asks_nobody() -> None:
    leaf_alone = (
        certificates.identity().chain_pem().split(b"-----END CERTIFICATE-----")[0] + b"-----END CERTIFICATE-----"
    )
    door = Door(pem=leaf_alone, word=True)
    assert door.refusal(raw=b"{}") == "signature_invalid"
    assert door.asked == []


@pytest.mark.parametrize("word", [True, False])
def test_without_a_certificate_paypal_is_asked(word: bool) -> None:
    door = Door(pem=ProviderUnavailable("no route"), word=word, webhook_ids=["NEW1", "OLD1"])
    if word:
        door.verify()
        assert door.asked == ["NEW1"]
    else:
        assert door.refusal() == "signature_invalid"
        assert door.asked == ["NEW1", "OLD1"]


@pytest.mark.invariant("PAY-16")
def test_all_that_is_done_for_a_delivery_shares_one_deadline() -> None:
    door = Door(pem=ProviderUnavailable("no route"), word=False, webhook_ids=["NEW1", "OLD1"])
    door.slow = True
    assert door.refusal() == "signature_invalid"
    assert (len(door.fetched), door.asked) == (1, ["NEW1", "OLD1"])
    assert door.seconds == 8.0


@pytest.mark.invariant("PAY-16")
def test_the_certificate_leaves_time_to_ask_paypal() -> None:
    door = Door(pem=ProviderUnavailable("no route"), word=True)
    door.slow = True
    left: list[float] = []
    door.spent = lambda deadline: left.append(deadline.remaining())  # type: ignore[method-assign]
    door.verify()
    assert left == [4.0, 8.0]


@pytest.mark.invariant("PAY-12")
def test_strangers_cannot_make_us_fetch_without_end() -> None:
    door = Door(pem=Unauthorized("no such certificate", code="certificate_refused"))
    for number in range(50):
        forged = signed() | {"paypal-cert-url": f"{ORIGIN}/v1/notifications/certs/MADE-UP-{number}"}
        with pytest.raises((Unauthorized, ProviderUnavailable)):
            door.verify(forged)
    assert (len(door.fetched), door.asked) == (FETCHES_A_MINUTE, [])
    with pytest.raises(ProviderUnavailable) as busy:
        door.verify()
    assert (busy.value.code, busy.value.retry_after) == ("too_many_certificates", 60)
    # PayPal delivers it again, and a minute later there is room for it.
    door.clock.advance(60)
    door.pem = certificates.identity().chain_pem()
    door.verify()


@pytest.mark.invariant("PAY-12")
def test_a_flood_does_not_touch_the_certificate_that_is_known() -> None:
    door = Door()
    door.verify()
    door.pem = Unauthorized("no such certificate", code="certificate_refused")
    for number in range(50):
        with pytest.raises((Unauthorized, ProviderUnavailable)):
            door.verify(signed() | {"paypal-cert-url": f"{ORIGIN}/v1/notifications/certs/MADE-UP-{number}"})
    door.verify()


@pytest.mark.invariant("PAY-12")
def test_a_certificate_that_was_refused_is_not_fetched_again_for_a_while() -> None:
    door = Door(pem=Unauthorized("no such certificate", code="certificate_refused"))
    assert [door.refusal() for _ in range(20)] == ["certificate_refused"] * 20
    assert len(door.fetched) == 1
    door.pem = certificates.identity().chain_pem()
    door.clock.advance(REFUSED_FOR.total_seconds())
    door.verify()
    assert len(door.fetched) == 2


def test_the_refused_ones_that_are_remembered_are_few() -> None:
    door = Door(pem=b"<html>")
    for number in range(300):
        door.clock.advance(7)
        moment = signed(at=door.clock.now())
        door.refusal(moment | {"paypal-cert-url": f"{ORIGIN}/v1/notifications/certs/MADE-UP-{number}"})
    assert len(door.certificates._refused) <= 64


@pytest.mark.invariant("PAY-16")
def test_with_neither_certificate_nor_word_it_is_delivered_again() -> None:
    door = Door(pem=ProviderUnavailable("no route"), word=ProviderUnavailable("no route"))
    with pytest.raises(ProviderUnavailable):
        door.verify()
    door.pem, door.word = certificates.identity().chain_pem(), False
    door.verify()


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize("pem", [b"", b"<html>", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_what_is_no_certificate_is_refused(pem: bytes) -> None:
    door = Door(pem=pem, word=True)
    assert door.refusal() == "certificate_refused"
    assert door.asked == []


def test_a_certificate_is_fetched_anew_every_day_and_few_are_kept() -> None:
    door = Door()
    door.verify()
    door.clock.advance(86_399)
    door.verify(signed(at=door.clock.now()))
    assert len(door.fetched) == 1
    door.clock.advance(1)
    door.verify(signed(at=door.clock.now()))
    assert len(door.fetched) == 2
    for number in range(20):
        door.clock.advance(60)
        door.verify(signed(at=door.clock.now()) | {"paypal-cert-url": f"{ORIGIN}/v1/notifications/certs/C{number}"})
    assert len(door.certificates._kept) <= 8


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize("webhook_ids", [(), ("",), ("REPLACE_ME", ""), ("WEBHOOK_ID",)])
def test_without_an_id_nobody_gets_in(webhook_ids: tuple[str, ...], caplog: pytest.LogCaptureFixture) -> None:
    for guess in (*webhook_ids, "", "REPLACE_ME", "WEBHOOK_ID"):
        assert Door(webhook_ids=webhook_ids).refusal(signed(webhook_id=guess)) == "webhook_unconfigured"
    assert "PAYPAL_SECRET_NAME" in caplog.text


@pytest.mark.invariant("PAY-12")
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=200), st.data())
def test_one_changed_bit_is_noticed(raw: bytes, data: st.DataObject) -> None:
    forged = bytearray(raw or b"\x00")
    position = data.draw(st.integers(0, len(forged) - 1))
    forged[position] ^= 1 << data.draw(st.integers(0, 7))
    assert one_door().refusal(signed(raw), bytes(forged)) == "signature_invalid"


@pytest.mark.invariant("PAY-12")
@given(st.dictionaries(st.sampled_from(sorted(vector.HEADERS)), st.text(max_size=80)))
def test_no_header_breaks_the_check(changes: dict[str, str]) -> None:
    try:
        parse({**vector.HEADERS, **changes})
    except Unauthorized as refused:
        assert refused.code.startswith("signature_")


@pytest.mark.parametrize("text", ["nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])
def test_an_unreadable_authority_is_the_deployments_fault(text: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        read_chain(certificates.identity().chain_pem(), COMMON_NAME, text, NOW)
    assert error.value.code == "wrong_certificate"


def test_an_authority_with_folded_lines_is_read() -> None:
    folded = root_pem().replace("\n", "\\n")
    assert read_chain(certificates.identity().chain_pem(), COMMON_NAME, folded, NOW).trusted


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize(
    "raw",
    [
        b'{}, "webhook_id": "ATTACKERS"',
        b'{"id": 1}} {',
        b'{"a": 1}, "transmission_sig": "x", "b": {}',
        b"[]",
        b'"text"',
        b"",
        b"\xff{}",
        b"[" * 100_000,
    ],
)
def test_only_a_whole_object_is_put_into_the_question(raw: bytes) -> None:
    with pytest.raises(Unauthorized):
        question(parse(signed()), WEBHOOK, raw)


def test_the_event_is_asked_about_byte_for_byte() -> None:
    body = question(parse(signed()), WEBHOOK, BODY)
    asked: Any = json.loads(body)
    assert BODY in body
    assert asked["webhook_id"] == WEBHOOK
    assert asked["webhook_event"] == json.loads(BODY)
    assert set(asked) == {
        "auth_algo",
        "cert_url",
        "transmission_id",
        "transmission_sig",
        "transmission_time",
        "webhook_id",
        "webhook_event",
    }
