"""The PayPal sandbox against PayPal's own descriptions of its APIs; all that differs is in `deviations.py`."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest

from local.sandboxes.paypal.account import SUBSCRIBED
from local.sandboxes.paypal.call import ORDERS_KEPT, PAYMENTS_KEPT
from local.sandboxes.paypal.fields import Items, Kind, Obj, Text
from tests.contract.openapi import OpenApi
from tests.contract.paypal.deviations import (
    INVALID_TOKEN,
    PATTERNS_LEFT_OUT,
    UNDESCRIBED,
    UNLISTED_ISSUES,
    UNLISTED_STATUSES,
    UNNAMED_VALUES,
)
from tests.contract.paypal.tour import Exchanged, Tour, operations, rules, take
from tests.contract.specs import spec_json

DESCRIPTIONS = {
    "/v2/checkout/": "checkout_orders_v2",
    "/v2/payments/": "payments_payment_v2",
    "/v1/notifications/": "notifications_webhooks_v1",
}
type Documents = dict[str, dict[str, Any]]
OBJECTS = {
    "checkout-order": ("/v2/checkout/", "order"),
    "capture": ("/v2/payments/", "capture-2"),
    "authorization": ("/v2/payments/", "authorization-2"),
    "refund": ("/v2/payments/", "refund"),
}
"""What a webhook's `resource` is, by its `resource_type`."""


@pytest.fixture(scope="module")
def documents() -> Documents:
    """By the beginning of the paths; patterns that cannot hold are taken out of a copy."""
    found = {start: copy.deepcopy(spec_json(f"paypal/{name}.json")) for start, name in DESCRIPTIONS.items()}
    asked = found["/v1/notifications/"]["components"]["schemas"]["verify_webhook_signature"]["properties"]
    for name in PATTERNS_LEFT_OUT:
        del asked[name]["pattern"]
    return found


@pytest.fixture(scope="module")
def apis(documents: Documents) -> dict[str, OpenApi]:
    return {start: OpenApi(document) for start, document in documents.items()}


@pytest.fixture(scope="module")
def tour() -> Tour:
    return take()


def start_of(path: str) -> str:
    return next(start for start in DESCRIPTIONS if path.startswith(start))


def described(document: dict[str, Any], method: str, path: str) -> Any:
    """The description's operation; it names the arguments of a path otherwise."""
    shape = re.sub(r"<\w+>", "{}", path)
    (found,) = [item for place, item in document["paths"].items() if re.sub(r"\{\w+\}", "{}", place) == shape]
    return found[method.lower()]


def known(tour: Tour) -> list[Exchanged]:
    return [answer for answer in tour.answers if answer.path not in UNDESCRIBED]


def test_the_tour_visits_every_operation(tour: Tour) -> None:
    assert set(rules()) - {(answer.method, answer.path) for answer in tour.answers} == set()


def test_every_good_answer_fits_its_description(apis: dict[str, OpenApi], tour: Tour) -> None:
    problems = []
    for answer in known(tour):
        if answer.status >= 400:
            continue
        api = apis[start_of(answer.path)]
        response = described(api.document, answer.method, answer.path)["responses"][str(answer.status)]
        if "content" not in response:
            assert answer.body is None
            continue
        found = api.problems(response["content"]["application/json"]["schema"], answer.body)
        problems += [f"{answer.method} {answer.path} {answer.status}: {problem}" for problem in found]
    assert [problem for problem in problems if not any(name in problem for name in UNNAMED_VALUES)] == []


def test_every_request_that_was_accepted_fits_its_description(apis: dict[str, OpenApi], tour: Tour) -> None:
    problems = []
    for answer in known(tour):
        if answer.status < 400 and answer.asked:
            api = apis[start_of(answer.path)]
            content = described(api.document, answer.method, answer.path)["requestBody"]["content"]
            found = api.problems(content["application/json"]["schema"], answer.asked)
            problems += [f"{answer.method} {answer.path}: {problem}" for problem in found]
    assert problems == []


def test_every_error_has_paypals_shape_and_a_status_that_is_listed(apis: dict[str, OpenApi], tour: Tour) -> None:
    errors = [answer for answer in known(tour) if answer.status >= 400]
    assert {answer.status for answer in errors} == {400, 401, 403, 404, 409, 415, 422, 429, 500}
    unlisted: set[int] = set()
    for answer in errors:
        api = apis[start_of(answer.path)]
        if not is_listed(api.document, answer):
            unlisted.add(answer.status)
        if answer.status == 401 and "error" in answer.body:
            assert set(answer.body) == INVALID_TOKEN
            continue
        assert {"name", "message", "debug_id"} <= set(answer.body)
        name = f"error_{answer.status}"
        if name in api.document["components"]["schemas"]:
            assert api.problems(api.schema(name), answer.body) == [], answer
    assert unlisted == set(UNLISTED_STATUSES)


def is_listed(document: dict[str, Any], answer: Exchanged) -> bool:
    """By its own status, or among the errors of the default answer; webhooks have one default for all errors."""
    listed = described(document, answer.method, answer.path)["responses"]
    default = document["components"]["schemas"].get("error_default", {})
    named = {option["$ref"].rpartition("_")[2] for option in default.get("oneOf", ())}
    return str(answer.status) in listed or ("default" in listed and (not named or str(answer.status) in named))


def listed_issues(document: dict[str, Any], schema: dict[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(issue, its wordings) of the lists that an answer's schema refers to."""
    for part in schema.get("allOf", [schema]):
        found = document["components"]["schemas"][part["$ref"].rpartition("/")[2]] if "$ref" in part else part
        details = found.get("properties", {}).get("details", {}).get("items", {})
        for option in details.get("anyOf", ()):
            properties = option["properties"]
            for issue in properties["issue"].get("enum", ()):
                yield issue, tuple(properties.get("description", {}).get("enum", ()))


def test_every_issue_is_listed_for_its_operation_or_named_as_a_deviation(documents: Documents, tour: Tour) -> None:
    unlisted = set()
    for answer in known(tour):
        start = start_of(answer.path)
        if answer.status < 400 or start == "/v1/notifications/":
            continue  # webhooks list no issues at all
        response = described(documents[start], answer.method, answer.path)["responses"].get(str(answer.status), {})
        schema = response.get("content", {}).get("application/json", {}).get("schema", {})
        listed = {issue for issue, _ in listed_issues(documents[start], schema)}
        unlisted |= {detail["issue"] for detail in answer.body.get("details", [])} - listed
    assert unlisted == set(UNLISTED_ISSUES)


def test_every_issue_is_worded_as_paypal_words_it_somewhere(documents: Documents, tour: Tour) -> None:
    wordings: dict[str, set[str]] = {}
    for document in documents.values():
        for schema in document["components"]["schemas"].values():
            for issue, said in listed_issues(document, schema):
                wordings.setdefault(issue, set()).update(said)
    for answer in known(tour):
        for detail in answer.body.get("details", []) if answer.status >= 400 else ():
            if detail["issue"] not in UNLISTED_ISSUES and wordings.get(detail["issue"]):
                assert detail["description"] in wordings[detail["issue"]]


def test_every_webhook_fits_its_description(apis: dict[str, OpenApi], tour: Tour) -> None:
    assert {event["event_type"] for event in tour.webhooks} == set(SUBSCRIBED)
    problems = []
    for event in tour.webhooks:
        api = apis["/v1/notifications/"]
        problems += [f"{event['event_type']}: {problem}" for problem in api.problems(api.schema("event"), event)]
        start, name = OBJECTS.get(event.get("resource_type", ""), ("", ""))
        if start:
            found = apis[start].problems(apis[start].schema(name), event["resource"])
            problems += [f"{event['event_type']} resource: {problem}" for problem in found]
    assert [problem for problem in problems if not any(name in problem for name in UNNAMED_VALUES)] == []


@pytest.mark.parametrize(("method", "path"), sorted(key for key in operations() if key[1] not in UNDESCRIBED))
def test_every_field_parameter_and_scope_is_paypals(documents: Documents, method: str, path: str) -> None:
    operation, document = operations()[method, path], documents[start_of(path)]
    place = described(document, method, path)
    assert operation.scope in {scope for one in place["security"] for scope in one["Oauth2"]}
    parameters = [resolved(document, parameter) for parameter in place.get("parameters", [])]
    assert set(operation.query) <= {parameter["name"] for parameter in parameters if parameter["in"] == "query"}
    if operation.fields is not None and operation.fields.fields:
        schema = place["requestBody"]["content"]["application/json"]["schema"]
        assert list(strangers(document, operation.fields, schema)) == []
        required = {name for option in options(document, schema) for name in option.get("required", ())}
        assert required <= set(operation.fields.required)


@pytest.mark.parametrize(
    ("start", "kept", "said"),
    [("/v2/checkout/", ORDERS_KEPT, "6 hours"), ("/v2/payments/", PAYMENTS_KEPT, "45 days")],
)
def test_request_ids_are_kept_as_long_as_paypal_says(documents: Documents, start: str, kept: Any, said: str) -> None:
    parameter = documents[start]["components"]["parameters"]["paypal_request_id"]
    assert f"stores keys for {said}" in parameter["description"]
    assert {op.kept for (_, path), op in operations().items() if op.kept and path.startswith(start)} == {kept}


def resolved(document: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in value:
        target: Any = document
        for step in value["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        value = target
    return value


def options(document: dict[str, Any], schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    found = resolved(document, schema)
    yield found
    for key in ("allOf", "anyOf", "oneOf"):
        for option in found.get(key, ()):
            yield from options(document, option)


def strangers(document: dict[str, Any], kind: Kind, schema: dict[str, Any], at: str = "") -> Iterator[str]:
    """Fields and choices that the sandbox takes and the description does not know."""
    found = list(options(document, schema))
    if isinstance(kind, Obj):
        for name, inner in kind.fields.items():
            places = [option["properties"][name] for option in found if name in option.get("properties", {})]
            if places:
                yield from strangers(document, inner, {"anyOf": places}, f"{at}/{name}")
            else:
                yield f"{at}/{name}"
    elif isinstance(kind, Items):
        yield from strangers(document, kind.kind, {"anyOf": [o["items"] for o in found if "items" in o]}, at)
    elif isinstance(kind, Text) and kind.choices:
        listed = {choice for option in found for choice in option.get("enum", ())}
        yield from (f"{at}={choice}" for choice in kind.choices if choice not in listed)
