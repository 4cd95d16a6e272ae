"""events/: one sample for each way that a function of the template is called, and the function takes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from commerce.payments.gateways.stripe.signature import StripeSignature
from commerce.platform.clock import ManualClock
from commerce.platform.ids import derived_id
from commerce.platform.webhooks import WebhookCall, raw_body
from local.build.artifacts import ROOT
from local.build.blueprint import read_blueprint, sample_template, symbolic
from local.template_api import template_api
from tests.application import Application, application
from tests.log_reader import findings

EVENTS = ROOT / "events"
PAYMENT = derived_id("pay", "CommerceTable", "stripe", "order-1001", 1)
SIGNED_AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ALLOWED = {
    "orders/http.json": {"an e-mail address", "somebody of the tests"},
    # A bank's webhook names the receiver's Pix key; the way in is a secret of the sandbox, known to all.
    "pix/function-url.json": {"a secret of a sandbox"},
}


def sample(name: str) -> dict[str, Any]:
    """By its path below events/, without `.json`."""
    found: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    return found


@cache
def folders() -> dict[str, str]:
    """Logical id -> the function's folder."""
    return {function.logical_id: function.folder.name for function in read_blueprint().functions}


def triggers() -> set[str]:
    """`<folder>/<trigger>` of everything in the template that calls a function."""
    template = sample_template()
    resolve = symbolic(template).resolve
    found = {f"{folders()[route.function]}/http" for route in template_api().routes}
    for resource in template.resources.values():
        properties = resolve(resource.get("Properties", {}))
        match resource["Type"]:
            case "AWS::Lambda::Url":
                found.add(f"{folders()[_function(properties['TargetFunctionArn'])]}/function-url")
            case "AWS::Lambda::EventSourceMapping":
                kind = "dynamodb-stream" if "Stream" in properties["EventSourceArn"] else "sqs"
                found.add(f"{folders()[_function(properties['FunctionName'])]}/{kind}")
            case "AWS::Scheduler::Schedule":
                found.add(f"{folders()[_function(properties['Target']['Arn'])]}/schedule")
    return found


def _function(reference: str) -> str:
    """The function behind its alias or ARN: `PaymentsFunctionAliaslive`, `PaymentsFunction.Arn`."""
    return reference.removesuffix(".Arn").removesuffix("Aliaslive")


@pytest.mark.invariant("PLT-07")
def test_there_is_a_sample_for_each_function_and_trigger_and_no_other() -> None:
    names = {path.relative_to(EVENTS).with_suffix("").as_posix() for path in EVENTS.rglob("*.json")}
    expected = triggers()
    assert {name for name in names if not any(_is_of(name, trigger) for trigger in expected)} == set()
    assert {trigger for trigger in expected if not any(_is_of(name, trigger) for name in names)} == set()


def _is_of(name: str, trigger: str) -> bool:
    return name == trigger or name.startswith(f"{trigger}-")


@pytest.mark.invariant("AUT-04")
@pytest.mark.parametrize("path", sorted(EVENTS.rglob("*.json")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_sample_holds_no_secret(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    allowed = ALLOWED.get(path.relative_to(EVENTS).as_posix(), set())
    assert set(findings(text)) <= allowed


@pytest.fixture(scope="module")
def running() -> Iterator[Application]:
    """A store in which the samples' order is registered and its payment paid, by the samples themselves."""
    with application() as started:
        registered = started.invoke("OrdersFunction", sample("orders/http"))
        assert registered["statusCode"] == 201, registered
        opened = started.invoke("StripeApiFunction", sample("stripe/http"))
        assert opened["statusCode"] == 201, opened
        started.confirm(json.loads(opened["body"])["client_secret"])
        yield started


def status(running: Application) -> str:
    answer = running.invoke("PaymentsFunction", _read(PAYMENT))
    found: str = json.loads(answer["body"])["payment"]["status"]
    return found


def _read(payment_id: str) -> dict[str, Any]:
    event = sample("payments/http")
    event["requestContext"]["http"].update(method="GET", path=f"/payments/{payment_id}")
    return {**event, "rawPath": f"/payments/{payment_id}", "body": None}


def test_health(running: Application) -> None:
    assert running.invoke("HealthFunction", sample("health/http"))["statusCode"] == 200
    refused = running.invoke("HealthFunction", sample("health/http-default"))
    assert (refused["statusCode"], refused["headers"]["Allow"]) == (405, "GET, PUT")
    assert running.invoke("HealthFunction", sample("health/http-options"))["statusCode"] == 204


def test_the_webhook_is_genuine_and_queued(running: Application) -> None:
    event = sample("stripe/function-url")
    StripeSignature(lambda: ["whsec_sandbox"]).verify(WebhookCall(raw_body(event), event["headers"]), SIGNED_AT)
    module = running.module("StripeWebhookFunction")
    object.__setattr__(module.webhook, "clock", ManualClock(SIGNED_AT + timedelta(days=1)))
    assert running.invoke("StripeWebhookFunction", event)["statusCode"] == 401, "it is old by then"

    object.__setattr__(module.webhook, "clock", ManualClock(SIGNED_AT))
    running.queued()
    assert running.invoke("StripeWebhookFunction", event)["statusCode"] == 200
    assert running.queued() == [json.loads(sample("stripe/sqs-event")["Records"][0]["body"])]


def test_the_worker_asks_stripe_about_each_message(running: Application) -> None:
    def asked() -> list[str]:
        return [entry.path for entry in running.stripe.journal.entries("GET")]

    before = len(asked())
    event = sample("stripe/sqs-event")
    answer = running.invoke("StripeWorkerFunction", event)
    assert asked()[before:] == ["/v1/payment_intents/pi_3SampleIntent0000000001"]
    assert answer["batchItemFailures"] == [{"itemIdentifier": event["Records"][0]["messageId"]}], "nobody knows it"

    assert running.invoke("StripeWorkerFunction", sample("stripe/sqs-poll")) == {"batchItemFailures": []}
    assert status(running) == "paid"


def test_a_refund_and_the_command_that_carries_it_out(running: Application) -> None:
    running.invoke("StripeWorkerFunction", sample("stripe/sqs-poll"))
    running.queued()
    reserved = running.invoke("PaymentsFunction", sample("payments/http"))
    assert reserved["statusCode"] == 202, reserved
    assert running.queued() == [json.loads(sample("stripe/sqs-command")["Records"][0]["body"])]
    assert running.invoke("StripeWorkerFunction", sample("stripe/sqs-command")) == {"batchItemFailures": []}
    assert status(running) == "partially_refunded"


def test_the_clock(running: Application) -> None:
    looked = running.invoke("PaymentsPollerFunction", sample("payments/schedule"))
    assert (set(looked["claimed"].values()), looked["lost"]) == ({0}, 0)
    assert {"stripe", "paypal", "bacen", "mercado_pago"} <= set(looked["claimed"])
    assert running.invoke("OutboxSweeperFunction", sample("outbox/schedule")) == {"published": 0}


def test_the_relay_publishes_what_the_stream_holds(running: Application) -> None:
    event = sample("outbox/dynamodb-stream")
    assert running.invoke("OutboxRelayFunction", event) == {"batchItemFailures": []}
    envelope = json.loads(event["Records"][0]["dynamodb"]["NewImage"]["payload"]["S"])
    schema = json.loads((ROOT / "contracts" / "events" / "order.v1.json").read_text(encoding="utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(envelope)) == []


def test_the_map_is_asked_for_an_address_a_point_and_the_way(running: Application) -> None:
    def ask(name: str) -> Any:
        answer = running.invoke("GoogleMapsApiFunction", sample(f"google_maps/{name}"))
        assert answer["statusCode"] == 200, answer
        return json.loads(answer["body"])

    (place,) = ask("http")["places"]
    at_point = ask("http-reverse")["places"][0]
    assert (at_point["place_id"], at_point["lat"], at_point["lng"]) == (place["place_id"], place["lat"], place["lng"])
    assert [way["text"] for way in ask("http-distances")["distances"]] == ["3,4 km, 3 min", "sem rota"]


def test_the_saved_address_of_the_queue_gets_its_place(running: Application) -> None:
    key = {"pk": {"S": "USER#buyer-1"}, "sk": {"S": "ADDR#adr_sample1"}}
    fields = {"line1": "Avenida Paulista", "number": "1578", "city": "São Paulo", "country": "BR"}
    address = {**key, "version": {"N": "1"}, **{name: {"S": value} for name, value in fields.items()}}
    running.dynamodb.put_item(TableName="AddressesTable", Item=address)
    assert running.invoke("GoogleMapsWorkerFunction", sample("google_maps/sqs")) == {"batchItemFailures": []}
    place = running.dynamodb.get_item(TableName="GeocodingTable", Key={"pk": {"S": "SAVED#adr_sample1"}})
    assert place["Item"]["lat"] == {"S": "-23.5613545"}


def test_the_paid_order_of_the_queue_is_confirmed_to_its_buyer(running: Application) -> None:
    event = sample("sendgrid/sqs")
    stream = sample("outbox/dynamodb-stream")["Records"][0]["dynamodb"]["NewImage"]["payload"]["S"]
    assert json.loads(event["Records"][0]["body"])["detail"] == json.loads(stream)
    assert running.invoke("SendgridWorkerFunction", event) == {"batchItemFailures": []}
    assert len(running.sendgrid.state.for_order("order-1001")) == 1


def test_a_cep_is_found(running: Application) -> None:
    found = json.loads(running.invoke("ViacepFunction", sample("viacep/http"))["body"])
    assert (found["logradouro"], found["precision"], found["source"]) == ("Rua Caiubi", "street", "viacep")


def test_an_address_is_saved_and_filled_in(running: Application) -> None:
    answer = running.invoke("AddressesFunction", sample("addresses/http"))
    assert answer["statusCode"] == 201, answer
    address = json.loads(answer["body"])["address"]
    assert (address["line1"], address["number"], address["city"]) == ("Rua Caiubi", "10", "São Paulo")
