"""What goes over the wire to the generic gateway, and what its refusals and silences mean."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from commerce.orders.model import Address
from commerce.payments.gateways.brazil_payments.gateway import BrazilPaymentsGateway
from commerce.payments.gateways.brazil_payments.settings import api_base
from commerce.payments.model import CheckoutChoices
from commerce.payments.status import PaymentStatus
from commerce.platform.clock import ManualClock
from commerce.platform.errors import (
    ConfigurationError,
    IntegrationError,
    ProviderAmbiguous,
    ProviderConflict,
    ProviderError,
    ProviderMissing,
    ProviderRefused,
    ProviderUnavailable,
)
from commerce.platform.money import Money
from commerce.platform.secrets import StaticSecrets
from local.sandboxes.brazil_payments.contract import API_KEY, MERCHANT_ID
from local.sandboxes.kernel.faults import FaultKind, FaultStage
from tests.builders import NOW
from tests.unit.payments.brazil_payments.rig import FIELDS, INSTRUCTIONS, SECRET, TERMS, Rig, gateway_over, soon
from tests.unit.payments.folding import ADDRESS, PAYER_WITH_ADDRESS, Kept, start_request
from tests.unit.payments.pix.codes import CODE, NO_CODES, ODD, with_amount
from tests.unit.payments.wire import Wire

MADE = {"id": "pix_1", "qr_code_base64": "…", "pix_code": CODE, "expires_at": "2026-11-24T12:30:00Z"}
ISSUED = {"id": "bol_1", "barcode": "1", "digitable_line": "1", "pdf_url": "https://x", "due_date": "2026-11-27"}


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def gateway(wire: Wire) -> BrazilPaymentsGateway:
    return gateway_over(wire, ManualClock(NOW))


def start(gateway: BrazilPaymentsGateway, method: str = "pix", **changes: Any) -> Any:
    return gateway.start(start_request(method, **changes), TERMS, key="pay_1:create", deadline=soon()).snapshot


class TestWhatIsSent:
    def test_a_pix(self, wire: Wire, gateway: BrazilPaymentsGateway) -> None:
        wire.answer(MADE, 201)
        start(gateway)
        (sent,) = wire.sent
        assert (sent.method, sent.path) == ("POST", "/pix/qrcode")
        assert sent.headers["Authorization"] == f"Bearer {API_KEY}"
        assert sent.headers["Idempotency-Key"] == "pay_1:create"
        assert sent.body == {
            "merchant_id": MERCHANT_ID,
            "amount": "129.90",
            "description": "Order order-1",
            "payer": {"name": "Ana Maria de Souza", "tax_id": "39053344705", "email": "ana@example.com"},
            "expiration_minutes": 30,
        }

    def test_a_boleto(self, wire: Wire, gateway: BrazilPaymentsGateway) -> None:
        wire.answer(ISSUED, 201)
        start(gateway, "boleto")
        body = wire.sent[0].body
        assert (wire.sent[0].path, body["due_date"]) == ("/boleto/generate", "2026-11-27")
        assert body["instructions"] == f"Order order-1. {INSTRUCTIONS}"
        assert body["payer"]["address"] == {
            "street": "Avenida Paulista",
            "number": "1000",
            "neighborhood": "Bela Vista",
            "city": "São Paulo",
            "state": "SP",
            "zip_code": "01310100",
        }

    def test_a_second_line_of_the_address(self, wire: Wire, gateway: BrazilPaymentsGateway) -> None:
        wire.answer(ISSUED, 201)
        address: Address = replace(ADDRESS, line2="apto 12")
        start(gateway, "boleto", choices=CheckoutChoices(payer=replace(PAYER_WITH_ADDRESS, address=address)))
        assert wire.sent[0].body["payer"]["address"]["complement"] == "apto 12"

    @pytest.mark.invariant("PAY-24")
    @pytest.mark.parametrize(("cents", "text"), [(1, "0.01"), (100, "1.00"), (9_999_999_999, "99999999.99")])
    def test_an_amount_is_a_text(self, wire: Wire, gateway: BrazilPaymentsGateway, cents: int, text: str) -> None:
        wire.answer(MADE, 201)
        start(gateway, money=Money(cents, "BRL"))
        assert wire.sent[0].body["amount"] == text

    @pytest.mark.parametrize(
        "changes",
        [
            {"method": "card"},
            {"choices": CheckoutChoices()},
            {"expires_at": None},
            {"method": "boleto"},
            {"method": "boleto", "expires_at": None, "choices": CheckoutChoices(payer=PAYER_WITH_ADDRESS)},
        ],
    )
    def test_what_cannot_work_is_not_sent(
        self, wire: Wire, gateway: BrazilPaymentsGateway, changes: dict[str, Any]
    ) -> None:
        with pytest.raises(ProviderRefused):
            gateway.start(replace(start_request(), **changes), TERMS, key="k", deadline=soon())
        assert wire.sent == []


class TestTheCode:
    @pytest.mark.invariant("PAY-04")
    @pytest.mark.parametrize("code", NO_CODES)
    def test_one_that_nobody_could_read_is_a_doubt(self, wire: Wire, gateway: BrazilPaymentsGateway, code: str) -> None:
        wire.answer({**MADE, "pix_code": code}, 201)
        with pytest.raises(ProviderAmbiguous):
            start(gateway)

    @pytest.mark.invariant("PAY-05")
    def test_one_over_another_amount_is_quarantined_and_never_shown(
        self, wire: Wire, gateway: BrazilPaymentsGateway
    ) -> None:
        wire.answer({**MADE, "pix_code": with_amount("999.00")}, 201)
        held = Kept(start_request(), "brazil_payments", ManualClock(NOW)).fold(start(gateway))
        assert (held.status, held.review_reason) == (PaymentStatus.REVIEW, "mismatch:amount")
        assert held.instructions is None

    def test_one_that_only_a_strict_reader_refuses_is_shown_and_counted(
        self, wire: Wire, gateway: BrazilPaymentsGateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        counted: list[tuple[str, str]] = []
        monkeypatch.setattr(
            "commerce.payments.gateways.odd_codes.count", lambda name, provider: counted.append((name, provider))
        )
        wire.answer({**MADE, "pix_code": ODD}, 201)
        assert start(gateway).instructions.pix_code == ODD
        assert counted == [("PixCodeOdd", "brazil_payments")]


def error(code: str, **fields: Any) -> dict[str, Any]:
    return {"error": {"code": code, "message": "CPF 39053344705 of ana@example.com is wrong", **fields}}


NOBODY_KNOWS = (408, 421, 425, 444, 451, 499)
"""A proxy, or a server that gave up waiting: the request may have acted all the same."""

NOT_ITS_OWN: tuple[tuple[object, int], ...] = (
    ({}, 422),
    ({"error": "no"}, 400),
    ({"error": {"message": "no"}}, 400),
    (b"<html>", 404),
    (b"", 409),
)
"""Statuses of a refusal without the gateway's own words."""


class TestWhatIsRefused:
    @pytest.mark.invariant("PAY-04")
    @pytest.mark.parametrize(
        ("answer", "kind", "code"),
        [
            ((error("invalid_request", fields=[{"field": "payer.tax_id"}]), 422), ProviderRefused, "provider_refused"),
            ((error("unsupported_media_type"), 415), ProviderRefused, "provider_refused"),
            ((error("not_found"), 404), ProviderMissing, "provider_missing"),
            ((error("idempotency_conflict"), 409), ProviderConflict, "idempotency_mismatch"),
            ((error("request_in_progress"), 409), ProviderAmbiguous, "provider_outcome_unknown"),
            ((error("rate_limited"), 429), ProviderUnavailable, "provider_rate_limited"),
            ((error("internal_error"), 500), ProviderAmbiguous, "provider_outcome_unknown"),
            *(((error("x"), status), ProviderAmbiguous, "provider_outcome_unknown") for status in NOBODY_KNOWS),
            *((body, ProviderAmbiguous, "provider_outcome_unknown") for body in NOT_ITS_OWN),
            ((b"<html>", 502), ProviderAmbiguous, "provider_outcome_unknown"),
            ((b"", 201), ProviderAmbiguous, "provider_outcome_unknown"),
            (({**MADE, "id": None}, 201), ProviderAmbiguous, "provider_outcome_unknown"),
            (({**MADE, "expires_at": "soon"}, 201), ProviderAmbiguous, "provider_outcome_unknown"),
            (({**MADE, "expires_at": "2026-11-24T12:30:00"}, 201), ProviderAmbiguous, "provider_outcome_unknown"),
            (({"id": "pix_1"}, 201), ProviderAmbiguous, "provider_outcome_unknown"),
        ],
    )
    def test_a_refused_creation(
        self,
        wire: Wire,
        gateway: BrazilPaymentsGateway,
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

    def test_the_field_that_is_wrong_is_named_if_it_is_one_of_ours(
        self, wire: Wire, gateway: BrazilPaymentsGateway
    ) -> None:
        fields = [{"field": "39053344705"}, {"field": "payer.address.zip_code"}]
        wire.answer(error("invalid_request", fields=fields), 422)
        with pytest.raises(ProviderRefused) as refused:
            start(gateway)
        assert refused.value.details == {"field": "payer.address.zip_code"}

    @pytest.mark.invariant("AUT-06")
    @pytest.mark.parametrize("status", [401, 403])
    def test_a_refused_key_is_the_deployment_s_fault_and_is_read_anew(self, wire: Wire, status: int) -> None:
        forgotten: list[str] = []

        class Rotating(StaticSecrets):
            def forget(self, name: str) -> None:
                forgotten.append(name)

        wire.answer(error("unauthorized"), status)
        with pytest.raises(ConfigurationError) as refused:
            start(gateway_over(wire, ManualClock(NOW), Rotating({SECRET: FIELDS})))
        assert (refused.value.code, forgotten) == ("provider_credentials", [SECRET])
        assert API_KEY not in str(refused.value)


class TestDoubt:
    @pytest.mark.invariant("PAY-04")
    @pytest.mark.parametrize(
        "fault",
        [
            {"kind": FaultKind.CUT_BEFORE},
            {"kind": FaultKind.CUT_AFTER},
            {"kind": FaultKind.HANG, "seconds": 60},
            {"kind": FaultKind.GARBAGE},
            {"kind": FaultKind.STATUS, "status": 500, "stage": FaultStage.AFTER},
            {"kind": FaultKind.STATUS, "status": 503},
        ],
    )
    def test_a_lost_answer_stays_unknown_and_is_never_asked_for_again(self, pix: Rig, fault: dict[str, Any]) -> None:
        pix.fault(**fault, method="POST")
        with pytest.raises(ProviderAmbiguous):
            pix.start()
        assert len(pix.box.state.all) <= 1
        assert pix.gateway.find(pix.request, since=NOW, until=NOW, deadline=soon()) is None
        assert not pix.gateway.key_life

    @pytest.mark.invariant("PAY-01")
    def test_what_nobody_was_shown_is_paid_by_nobody(self, pix: Rig) -> None:
        pix.world.behave(idempotency=False)
        pix.fault(FaultKind.CUT_AFTER, method="POST")
        with pytest.raises(ProviderAmbiguous):
            pix.start()
        pix.world.pay(pix.opened())
        pix.look()
        assert (pix.order["payments"], len(pix.order["charges"]), pix.order["captured"]) == (2, 1, 12_990)

    @pytest.mark.invariant("PAY-04")
    @pytest.mark.parametrize(
        "fault",
        [
            {"kind": FaultKind.HTML},
            {"kind": FaultKind.GARBAGE},
            {"kind": FaultKind.STATUS, "status": 500},
            {"kind": FaultKind.STATUS, "status": 429, "times": 5},
        ],
    )
    def test_a_failed_read_says_nothing_of_the_transaction(self, pix: Rig, fault: dict[str, Any]) -> None:
        pix.opened()
        pix.fault(**fault, method="GET")
        with pytest.raises(ProviderUnavailable):
            pix.read()

    @pytest.mark.parametrize("found", [{}, {"status": 7}, {"status": "paid", "paid_amount": "1.234"}])
    def test_what_cannot_be_read_is_asked_for_again(
        self, wire: Wire, gateway: BrazilPaymentsGateway, found: dict[str, Any]
    ) -> None:
        wire.answer(found)
        with pytest.raises(ProviderError) as unread:
            gateway.read("pix_1", deadline=soon(), payment=Rig().kept.payment)
        assert unread.value.retryable


class TestWhereItIs:
    @pytest.mark.invariant("AUT-05")
    def test_the_deployment_names_the_host_and_live_keys_travel_by_https(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LIVE_MODE", "true")
        monkeypatch.setenv("BRAZIL_PAYMENTS_API_BASE", "https://api.provider.example/")
        assert api_base() == "https://api.provider.example"
        for wrong in ("http://api.provider.example", "https://api.provider.example:8443", "https://u:p@x.example"):
            monkeypatch.setenv("BRAZIL_PAYMENTS_API_BASE", wrong)
            with pytest.raises(ConfigurationError):
                api_base()
