"""What goes over the wire to Mercado Pago, byte for byte, and what its refusals mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from commerce.payments.gateways.mercado_pago.bodies import idempotency_key
from commerce.payments.gateways.mercado_pago.gateway import MercadoPagoGateway
from commerce.payments.model import CheckoutChoices, CommandStatus, Refund
from commerce.payments.payer import Payer
from commerce.payments.status import PaymentStatus
from commerce.platform.clock import ManualClock
from commerce.platform.errors import (
    ConfigurationError,
    IntegrationError,
    ProviderAmbiguous,
    ProviderConflict,
    ProviderMissing,
    ProviderRefused,
    ProviderUnavailable,
)
from commerce.platform.money import Money
from commerce.platform.secrets import StaticSecrets
from local.sandboxes.mercado_pago.access import ACCESS_TOKEN
from tests.builders import NOW, PRICE, payment
from tests.unit.payments.folding import PAYER, Kept, start_request
from tests.unit.payments.mercado_pago.rig import FIELDS, SECRET, TERMS, client_over, soon
from tests.unit.payments.pix.codes import CODE, NO_CODES, ODD, with_amount
from tests.unit.payments.wire import Wire

S = PaymentStatus

CREATED: dict[str, Any] = {
    "id": 123,
    "status": "pending",
    "status_detail": "pending_waiting_transfer",
    "transaction_amount": 129.9,
    "currency_id": "BRL",
    "live_mode": False,
    "collector_id": 1000000001,
    "date_created": "2026-11-24T08:00:00.000-04:00",
    "date_of_expiration": "2026-11-24T08:30:00.000-04:00",
    "payment_method_id": "pix",
    "external_reference": "pay_1",
    "metadata": {"order_id": "order-1", "payment_id": "pay_1", "user_id": "user-1"},
    "point_of_interaction": {"transaction_data": {"qr_code": CODE}},
}


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def gateway(wire: Wire) -> MercadoPagoGateway:
    return MercadoPagoGateway(client_over(wire), ManualClock(NOW))


def start(gateway: MercadoPagoGateway, method: str = "pix", **changes: Any) -> Any:
    return gateway.start(start_request(method, **changes), TERMS, key="pay_1:create", deadline=soon()).snapshot


class TestWhatIsSent:
    def test_a_pix(self, wire: Wire, gateway: MercadoPagoGateway) -> None:
        wire.answer(CREATED, 201)
        start(gateway)
        (sent,) = wire.sent
        assert (sent.method, sent.path) == ("POST", "/v1/payments")
        assert sent.body == {
            "transaction_amount": 129.9,
            "payment_method_id": "pix",
            "description": "Order order-1",
            "external_reference": "pay_1",
            "metadata": {"order_id": "order-1", "payment_id": "pay_1", "user_id": "user-1"},
            "payer": {
                "email": "ana@example.com",
                "first_name": "Ana",
                "last_name": "Maria de Souza",
                "identification": {"type": "CPF", "number": "39053344705"},
            },
            "date_of_expiration": "2026-11-24T09:30:00.000-03:00",
        }

    def test_its_headers(self, wire: Wire, gateway: MercadoPagoGateway) -> None:
        wire.answer(CREATED, 201)
        start(gateway)
        headers = wire.sent[0].headers
        assert headers["Authorization"] == f"Bearer {ACCESS_TOKEN}"
        assert headers["X-Idempotency-Key"] == "pay_1:create"
        assert headers["X-Render-In-Process-Refunds"] == "true"
        assert headers["Content-Type"] == "application/json"

    def test_a_boleto_with_its_payer_s_address(self, wire: Wire, gateway: MercadoPagoGateway) -> None:
        wire.answer({**CREATED, "payment_method_id": "bolbradesco"}, 201)
        start(gateway, "boleto")
        body = wire.sent[0].body
        assert (body["payment_method_id"], body["date_of_expiration"]) == (
            "bolbradesco",
            "2026-11-27T23:59:59.000-03:00",
        )
        assert body["payer"]["address"] == {
            "zip_code": "01310100",
            "street_name": "Avenida Paulista",
            "street_number": "1000",
            "neighborhood": "Bela Vista",
            "city": "São Paulo",
            "federal_unit": "SP",
        }

    @pytest.mark.parametrize(
        ("payer", "first", "last", "kind"),
        [
            (Payer("Padaria do Zé Ltda", "12ABC34501DE35", "z@example.com"), "Padaria", "do Zé Ltda", "CNPJ"),
            (Payer("Madonna", "39053344705", "m@example.com"), "Madonna", "Madonna", "CPF"),
            (Payer("  Ana   Souza ", "39053344705", "a@example.com"), "Ana", "Souza", "CPF"),
        ],
    )
    def test_a_name_in_two_parts(
        self, wire: Wire, gateway: MercadoPagoGateway, payer: Payer, first: str, last: str, kind: str
    ) -> None:
        wire.answer(CREATED, 201)
        start(gateway, choices=CheckoutChoices(payer=payer))
        shown = wire.sent[0].body["payer"]
        assert (shown["first_name"], shown["last_name"], shown["identification"]["type"]) == (first, last, kind)

    @pytest.mark.invariant("PAY-24")
    @pytest.mark.parametrize(
        ("cents", "digits"),
        [(1, "0.01"), (10, "0.10"), (101, "1.01"), (12_990, "129.90"), (9_999_999_999, "99999999.99")],
    )
    def test_an_amount_goes_out_digit_by_digit(
        self, wire: Wire, gateway: MercadoPagoGateway, cents: int, digits: str
    ) -> None:
        wire.answer({**CREATED, "transaction_amount": 1}, 201)
        start(gateway, money=Money(cents, "BRL"))
        assert wire.sent[0].raw.startswith(f'{{"transaction_amount": {digits}, '.encode())

    @pytest.mark.invariant("PAY-24")
    @pytest.mark.parametrize(("shown", "cents"), [(b"0.1", 10), (b"129.9", 12_990), (b"129.90", 12_990), (b"3", 300)])
    def test_an_amount_is_read_digit_by_digit(
        self, wire: Wire, gateway: MercadoPagoGateway, shown: bytes, cents: int
    ) -> None:
        wire.answer(json.dumps(CREATED).encode().replace(b"129.9", shown), 201)
        assert start(gateway).money == Money(cents, "BRL")

    @pytest.mark.invariant("PAY-24")
    @pytest.mark.parametrize("shown", [b"1.234", b"-1", b'"x"', b"true", b"null", b"NaN", b"1e999999999"])
    def test_what_is_no_amount_is_a_doubt(self, wire: Wire, gateway: MercadoPagoGateway, shown: bytes) -> None:
        wire.answer(json.dumps(CREATED).encode().replace(b"129.9", shown), 201)
        with pytest.raises(ProviderAmbiguous):
            start(gateway)

    def test_a_refund_names_its_amount_and_nothing_else(self, wire: Wire, gateway: MercadoPagoGateway) -> None:
        wire.answer({"id": 7, "amount": 10, "status": "approved"}, 201).answer({**CREATED, "status": "pending"})
        asked = Refund("r1", 1_000, CommandStatus.SENT, requested_at=NOW, sent_at=NOW)
        known = replace(payment(PaymentStatus.PAID, payment_id="pay_1", provider_ref="123"), refunds={"r1": asked})
        gateway.refund(known, asked, PRICE.with_amount(1_000), key="k" * 65, deadline=soon())
        assert wire.paths == [("POST", "/v1/payments/123/refunds"), ("GET", "/v1/payments/123")]
        assert wire.sent[0].raw == b'{"amount": 10.00}'
        assert len(wire.sent[0].headers["X-Idempotency-Key"]) == 64

    def test_a_cancel(self, wire: Wire, gateway: MercadoPagoGateway) -> None:
        wire.answer({**CREATED, "status": "cancelled", "status_detail": "by_collector"})
        known = payment(payment_id="pay_1", provider_ref="123")
        ended = gateway.cancel(known, reason="x", key="c", deadline=soon()).snapshot
        assert (wire.sent[0].method, wire.sent[0].path) == ("PUT", "/v1/payments/123")
        assert (wire.sent[0].body, ended.status) == ({"status": "cancelled"}, PaymentStatus.CANCELED)

    @pytest.mark.parametrize("changes", [{"choices": CheckoutChoices()}, {"method": "card"}])
    def test_what_cannot_work_is_not_sent(
        self, wire: Wire, gateway: MercadoPagoGateway, changes: dict[str, Any]
    ) -> None:
        with pytest.raises(ProviderRefused):
            gateway.start(replace(start_request(), **changes), TERMS, key="k", deadline=soon())
        assert wire.sent == []


def showing(code: str | None, **changes: Any) -> dict[str, Any]:
    return {**CREATED, "point_of_interaction": {"transaction_data": {"qr_code": code}}, **changes}


class TestTheCode:
    @pytest.mark.invariant("PAY-04")
    @pytest.mark.parametrize("code", [*NO_CODES, None])
    def test_one_that_nobody_could_read_is_a_doubt(
        self, wire: Wire, gateway: MercadoPagoGateway, code: str | None
    ) -> None:
        wire.answer(showing(code), 201).answer(showing(code))
        with pytest.raises(ProviderAmbiguous):
            start(gateway)
        with pytest.raises(ProviderUnavailable):
            gateway.read("123", deadline=soon())

    @pytest.mark.invariant("PAY-05")
    def test_one_over_another_amount_is_quarantined_and_never_shown(
        self, wire: Wire, gateway: MercadoPagoGateway
    ) -> None:
        wire.answer(showing(with_amount("999.00")), 201)
        kept = Kept(start_request(), "mercado_pago", ManualClock(NOW))
        held = kept.fold(start(gateway))
        assert (held.status, held.review_reason, held.instructions) == (S.REVIEW, "mismatch:amount", None)

    def test_one_that_only_a_strict_reader_refuses_is_shown_and_counted_once(
        self, wire: Wire, gateway: MercadoPagoGateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        counted: list[tuple[str, str]] = []
        monkeypatch.setattr(
            "commerce.payments.gateways.odd_codes.count", lambda name, provider: counted.append((name, provider))
        )
        wire.answer(showing(ODD), 201).answer(showing(ODD))
        assert start(gateway).instructions.pix_code == ODD
        gateway.read("123", deadline=soon())
        assert counted == [("PixCodeOdd", "mercado_pago")]

    def test_a_paid_one_needs_none(self, wire: Wire, gateway: MercadoPagoGateway) -> None:
        paid = {"status": "approved", "date_approved": CREATED["date_created"]}
        wire.answer(showing("hello", **paid, transaction_details={"total_paid_amount": 129.9}))
        seen = gateway.read("123", deadline=soon()).snapshot
        assert (seen.status, seen.instructions, seen.money) == (S.PAID, None, PRICE)


class TestKeys:
    @pytest.mark.invariant("PAY-02")
    def test_the_same_key_always_and_another_for_another(self) -> None:
        long = ["pay_1:refund:" + "r" * 64, "pay_1:refund:" + "r" * 63 + "s"]
        assert idempotency_key("pay_1:create") == "pay_1:create"
        assert len({idempotency_key(key) for key in long}) == 2
        for key in long:
            assert len(idempotency_key(key)) == 64
            assert idempotency_key(key) == idempotency_key(key)


def refusal(code: object = None, status: int = 400) -> tuple[Mapping[str, Any], int]:
    causes = [] if code is None else [{"code": code, "description": "CPF 39053344705 of ana@example.com", "data": "x"}]
    return {"message": "ana@example.com", "error": "bad_request", "status": status, "cause": causes}, status


NOBODY_KNOWS = (408, 421, 425, 444, 451, 499)
"""A proxy, or a server that gave up waiting: the request may have acted all the same."""

NOT_ITS_OWN: tuple[tuple[object, int], ...] = (
    (["no", "object"], 400),
    ({}, 400),
    ({"title": "Bad Request"}, 422),
    (b"<html>", 400),
    (b"<html>", 404),
)
"""Statuses of a refusal without Mercado Pago's own words."""


class TestWhatIsRefused:
    @pytest.mark.invariant("PAY-04", "PAY-09")
    @pytest.mark.parametrize(
        ("answer", "kind", "code"),
        [
            (refusal(2018), ProviderConflict, "unexpected_state"),
            (refusal("2063"), ProviderConflict, "unexpected_state"),
            (refusal(2017), ProviderConflict, "refund_exceeds_balance"),
            (refusal(2084), ProviderConflict, "not_refundable_now"),
            (refusal(status=409), ProviderConflict, "idempotency_mismatch"),
            (refusal(2024), ProviderRefused, "refund_too_late"),
            (refusal(2067), ProviderRefused, "invalid_tax_id"),
            (refusal(4006), ProviderRefused, "payer_not_accepted"),
            (refusal(4050), ProviderRefused, "payer_not_accepted"),
            (refusal(4037), ProviderRefused, "amount_not_accepted"),
            (refusal(7523), ProviderRefused, "expiry_not_accepted"),
            (refusal(99_999), ProviderRefused, "provider_refused"),
            (refusal(True), ProviderRefused, "provider_refused"),
            (refusal(), ProviderRefused, "provider_refused"),
            (refusal(2000, 404), ProviderMissing, "provider_missing"),
            (refusal(status=423), ProviderAmbiguous, "provider_outcome_unknown"),
            (refusal(status=424), ProviderAmbiguous, "provider_outcome_unknown"),
            (refusal(2018, 500), ProviderAmbiguous, "provider_outcome_unknown"),
            (refusal(status=503), ProviderAmbiguous, "provider_outcome_unknown"),
            (refusal(status=429), ProviderUnavailable, "provider_rate_limited"),
            *((refusal(2018, status), ProviderAmbiguous, "provider_outcome_unknown") for status in NOBODY_KNOWS),
            *((body, ProviderAmbiguous, "provider_outcome_unknown") for body in NOT_ITS_OWN),
            ((b"<html>", 502), ProviderAmbiguous, "provider_outcome_unknown"),
            ((b"", 200), ProviderAmbiguous, "provider_outcome_unknown"),
            ((b"[]", 200), ProviderAmbiguous, "provider_outcome_unknown"),
            ((b"[" * 100_000, 200), ProviderAmbiguous, "provider_outcome_unknown"),
        ],
    )
    def test_a_refused_creation(
        self,
        wire: Wire,
        gateway: MercadoPagoGateway,
        answer: tuple[object, int],
        kind: type[IntegrationError],
        code: str,
    ) -> None:
        wire.answer(*answer)
        with pytest.raises(kind) as refused:
            start(gateway)
        assert refused.value.code == code
        assert "example.com" not in str(refused.value) + str(refused.value.details)
        assert len(wire.sent) == 1

    @pytest.mark.parametrize("cause", [23, 7523])
    @pytest.mark.parametrize(
        ("chosen", "code", "details"),
        [
            ({"due_date": date(2026, 12, 20)}, "due_date_not_accepted", {"field": "due_date"}),
            ({"expires_in": 60}, "expiry_not_accepted", {"field": "expires_in_seconds"}),
            ({}, "expiry_not_accepted", {}),
        ],
    )
    def test_a_refused_end_is_told_by_the_name_it_was_chosen_by(
        self,
        wire: Wire,
        gateway: MercadoPagoGateway,
        cause: int,
        chosen: dict[str, Any],
        code: str,
        details: dict[str, str],
    ) -> None:
        wire.answer(*refusal(cause))
        with pytest.raises(ProviderRefused) as refused:
            start(gateway, choices=CheckoutChoices(payer=PAYER, **chosen))
        assert (refused.value.code, refused.value.details) == (code, details)

    def test_when_to_come_back_is_passed_on(self, wire: Wire, gateway: MercadoPagoGateway) -> None:
        wire.answer(*refusal(status=429), Retry_After="7")
        with pytest.raises(ProviderUnavailable) as refused:
            start(gateway)
        assert refused.value.retry_after == 7

    @pytest.mark.invariant("AUT-06")
    @pytest.mark.parametrize("status", [401, 403])
    def test_a_refused_token_is_the_deployment_s_fault_and_is_read_anew(self, wire: Wire, status: int) -> None:
        forgotten: list[str] = []

        class Rotating(StaticSecrets):
            def forget(self, name: str) -> None:
                forgotten.append(name)

        gateway = MercadoPagoGateway(client_over(wire, Rotating({SECRET: FIELDS})), ManualClock(NOW))
        wire.answer(*refusal(status=status))
        with pytest.raises(ConfigurationError) as refused:
            start(gateway)
        assert (refused.value.code, refused.value.retryable, forgotten) == ("provider_credentials", True, [SECRET])
        assert ACCESS_TOKEN not in str(refused.value)

    @pytest.mark.invariant("AUT-05")
    @pytest.mark.parametrize("token", ["APP_USR-1-2-3-1000000001", "something", "REPLACE_ME", ""])
    def test_a_live_token_is_not_used_in_test_mode(self, wire: Wire, token: str) -> None:
        secrets = StaticSecrets({SECRET: {"access_token": token}})
        with pytest.raises(ConfigurationError) as refused:
            start(MercadoPagoGateway(client_over(wire, secrets), ManualClock(NOW)))
        assert refused.value.code in ("wrong_key", "missing_secret")
        assert wire.sent == []
        assert not token or token not in str(refused.value) or token == "REPLACE_ME"

    def test_reads_are_tried_again_and_writes_are_not(self, wire: Wire, gateway: MercadoPagoGateway) -> None:
        wire.answer(*refusal(status=503)).answer({**CREATED})
        assert gateway.read("123", deadline=soon()).snapshot.provider_ref == "123"
        assert len(wire.sent) == 2
