"""The Stripe sandbox against Stripe's own description of its API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import stripe

from local.sandboxes.stripe.account import API_VERSION, SUBSCRIBED
from local.sandboxes.stripe.fields import Items, Kind, Metadata, Obj, Span, Text
from local.sandboxes.stripe.render import EXPANDABLE
from tests.contract.openapi import OpenApi
from tests.contract.specs import spec_json
from tests.contract.stripe.tour import Tour, operations, take
from tests.contract.stripe_forms import RENAMED

UNDESCRIBED = {
    "/v1/account",
    "/v1/balance",
    "/v1/radar/early_fraud_warnings",
    "/v1/radar/early_fraud_warnings/<warning>",
    "/v1/reviews",
    "/v1/reviews/<review>",
    "/v1/reviews/<review>/approve",
}
"""Operations that the cut of the description leaves out; their objects are held to Stripe's fixtures."""

BROWSER_ONLY = {"client_secret", "key", "payment_method_data[card]", "payment_method_data[type]=card"}
"""What Stripe.js sends with a publishable key, which the description of the server's API does not show."""

SPEAKERS = (
    "PaymentIntentCreateParams",
    "PaymentIntentConfirmParams",
    "PaymentIntentModifyParams",
    "SetupIntentCreateParams",
    "SetupIntentModifyParams",
)
"""The SDK's tables of the requests whose parameters have another name than in the description."""


@pytest.fixture(scope="module")
def api() -> OpenApi:
    return OpenApi(spec_json("stripe/payments-2026-05-27.dahlia.json"))


@pytest.fixture(scope="module")
def fixtures() -> dict[str, Any]:
    resources: dict[str, Any] = spec_json("stripe/fixtures3.json")["resources"]
    return resources


@pytest.fixture(scope="module")
def tour() -> Tour:
    return take()


def described(api: OpenApi, pattern: str) -> str:
    """The description's name for a path of the sandbox, which names its arguments otherwise."""
    shape = re.sub(r"<\w+>", "{}", pattern)
    found = [path for path in api.document["paths"] if re.sub(r"\{\w+\}", "{}", path) == shape]
    assert len(found) == 1, f"{pattern} is {found or 'unknown'} in the description"
    return str(found[0])


def test_the_sandbox_speaks_the_version_that_the_sdk_is_pinned_to() -> None:
    assert stripe.api_version == API_VERSION


@pytest.mark.parametrize("table", SPEAKERS)
def test_what_goes_by_another_name_than_in_the_description_goes_by_the_sdks(table: str) -> None:
    known = getattr(stripe.params, table).__annotations__
    assert set(RENAMED) <= set(known)
    assert not set(RENAMED.values()) & set(known)


def test_the_tour_visits_every_operation(tour: Tour) -> None:
    visited = {(answer.method, answer.path) for answer in tour.answers}
    assert set(operations()) - visited == set()


def test_every_answer_fits_its_description(api: OpenApi, tour: Tour) -> None:
    problems = []
    for answer in tour.answers:
        if answer.path in UNDESCRIBED:
            continue
        schema = api.response(described(api, answer.path), answer.method, str(answer.status))
        found = api.problems(schema, answer.body)
        problems += [f"{answer.method} {answer.path} {answer.status}: {problem}" for problem in found]
    assert problems == []


def test_every_error_is_an_error(api: OpenApi, tour: Tour) -> None:
    errors = [answer for answer in tour.answers if answer.status >= 400]
    assert {answer.status for answer in errors} == {400, 401, 402, 404, 429, 500}
    for answer in errors:
        assert api.problems(api.schema("error"), answer.body) == []


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if isinstance(value.get("object"), str):
            yield value
        for inner in value.values():
            yield from objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from objects(inner)


def test_every_object_has_all_the_fields_of_stripes_fixture(fixtures: dict[str, Any], tour: Tour) -> None:
    optional = {
        "charge": {"refunds", "source"},
        "payment_intent": {"managed_payments"},
        "refund": {"customer", "customer_account", "payment_method"},
        "account": set(fixtures["account"]),
        "balance": {"connect_reserved"},
        "dispute": {"payment_method_details"},  # shown for cards, not for Pix
    }
    missing = {}
    for answer in tour.answers:
        browser = "metadata" not in answer.body and answer.body.get("object") == "payment_intent"
        for found in objects(answer.body) if not browser else ():
            name = found["object"]
            if name in fixtures and not found.get("deleted"):
                lacking = set(fixtures[name]) - set(found) - optional.get(name, set())
                if name == "payment_method" and found["type"] != "card":
                    lacking -= {"card"}
                if lacking:
                    missing[name] = lacking
    assert missing == {}


def test_every_webhook_fits_its_description(api: OpenApi, tour: Tour) -> None:
    assert {event["type"] for event in tour.webhooks} >= set(SUBSCRIBED)
    problems = []
    for event in tour.webhooks:
        problems += [f"{event['type']}: {problem}" for problem in api.problems(api.schema("event"), event)]
        shown = event["data"]["object"]
        if shown["object"] in api.document["components"]["schemas"]:
            found = api.problems(api.schema(shown["object"]), shown)
            problems += [f"{event['type']} data.object: {problem}" for problem in found]
    assert problems == []


def test_every_expandable_property_is_expandable(api: OpenApi) -> None:
    for kind, keys in EXPANDABLE.items():
        if kind == "radar.early_fraud_warning":
            continue  # not in this cut of the description
        name = {"customer.invoice_settings": "invoice_setting_customer_setting"}.get(kind, kind)
        schema = api.document["components"]["schemas"][name]
        assert set(keys) <= set(schema["x-expandableFields"]), kind


@pytest.mark.parametrize(("method", "path"), sorted(key for key in operations() if key[1] not in UNDESCRIBED))
def test_every_declared_parameter_is_stripes(api: OpenApi, method: str, path: str) -> None:
    operation = operations()[method, path]
    place = described(api, path)
    if method == "POST":
        schema = api.request(place, "POST", "application/x-www-form-urlencoded")
        declared, required = schema.get("properties", {}), set(schema.get("required", ()))
    else:
        query = api.query(place, method)
        declared = {name.removesuffix("[]"): parameter["schema"] for name, parameter in query.items()}
        required = {name for name, parameter in query.items() if parameter.get("required")}
    assert list(strangers(operation.fields, {"properties": declared})) == []
    assert required <= set(operation.fields.required)


def strangers(kind: Kind, schema: dict[str, Any], at: str = "") -> Iterator[str]:
    """Parameters and choices that the sandbox takes and the description does not know."""
    if isinstance(kind, Obj):
        for name, inner in kind.fields.items():
            where = f"{at}[{name}]" if at else name
            described_as = RENAMED.get(name, name)
            known = [o["properties"][described_as] for o in options(schema) if described_as in o.get("properties", {})]
            if not known and where not in BROWSER_ONLY:
                yield where
            elif where not in BROWSER_ONLY:
                yield from strangers(inner, {"anyOf": known}, where)
    elif isinstance(kind, Items):
        items = [option["items"] for option in options(schema) if "items" in option]
        yield from strangers(kind.kind, {"anyOf": items}, at) if items else [f"{at} is no array"]
    elif isinstance(kind, Text) and kind.choices:
        listed = {choice for option in options(schema) for choice in option.get("enum", ())}
        unknown = [f"{at}={choice}" for choice in kind.choices if listed and choice not in listed]
        yield from (choice for choice in unknown if choice not in BROWSER_ONLY)
    elif isinstance(kind, Span | Metadata) and not any(_is_object(option) for option in options(schema)):
        yield f"{at} is no object"


def _is_object(schema: dict[str, Any]) -> bool:
    return "properties" in schema or schema.get("type") == "object"


def options(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    for option in schema.get("anyOf", ()):
        yield from options(option)
