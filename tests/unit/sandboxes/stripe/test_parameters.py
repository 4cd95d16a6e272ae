from __future__ import annotations

import pytest

from local.sandboxes.stripe.errors import StripeProblem
from local.sandboxes.stripe.form import parse
from tests.unit.sandboxes.stripe.support import Bench


def test_nested_form_keys() -> None:
    assert parse(b"a[b][0]=1&a[b][1]=2&c=&d[]=x&d[]=y") == {
        "a": {"b": {"0": "1", "1": "2"}},
        "c": "",
        "d": {"0": "x", "1": "y"},
    }


@pytest.mark.parametrize("text", [b"a=1&a[b]=2", b"a[b=1", b"[a]=1", b"a=%ff", b"a"])
def test_form_bodies_that_cannot_be_read(text: bytes) -> None:
    with pytest.raises(StripeProblem) as refused:
        parse(text)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({"metadata[a][b]": "1"}, None, "metadata[a]"),
        (
            {"automatic_payment_methods[enabled]": "true", "automatic_payment_methods[x]": "1"},
            "parameter_unknown",
            "automatic_payment_methods[x]",
        ),
        ({"amount": "10.5"}, "parameter_invalid_integer", "amount"),
        ({"amount": ""}, "parameter_invalid_empty", "amount"),
        ({"amount": "-5"}, "parameter_invalid_integer", "amount"),
        ({"confirm": "yes"}, None, "confirm"),
        ({"capture_method": "later"}, None, "capture_method"),
        ({"metadata[k]": "v" * 501}, None, "metadata[k]"),
        ({f"metadata[{'k' * 41}]": "v"}, None, "metadata"),
        ({"expand[0]": "a.b.c.d.e"}, None, "expand"),
        ({"allowed_payment_method_types[0]": "oxxo"}, None, "allowed_payment_method_types"),
        ({"payment_method_types[0]": "card"}, "parameter_unknown", "payment_method_types"),
        ({"statement_descriptor": "x" * 23}, None, "statement_descriptor"),
    ],
)
def test_what_is_wrong_is_named(bench: Bench, change: dict[str, str], code: str | None, param: str) -> None:
    answer = bench.http("POST", "/v1/payment_intents", {"amount": "1000", "currency": "brl", **change})
    error = answer.json()["error"]
    assert (answer.status_code, error["type"]) == (400, "invalid_request_error")
    assert (error.get("code"), error["param"]) == (code, param)
    assert error["request_log_url"].endswith(answer.headers["Request-Id"])
    assert len(bench.box.state.intents) == 0


def test_a_missing_parameter_is_named(bench: Bench) -> None:
    error = bench.http("POST", "/v1/payment_intents", {"amount": "1000"}).json()["error"]
    assert (error["code"], error["param"]) == ("parameter_missing", "currency")
    assert error["doc_url"].endswith("/parameter-missing")


@pytest.mark.parametrize(
    "params",
    [
        {"off_session": "true"},
        {"return_url": "https://store.example"},
        {"automatic_payment_methods[enabled]": "true", "allowed_payment_method_types[0]": "card"},
        {"automatic_payment_methods[enabled]": "true", "confirmation_method": "manual"},
        {"customer": "cus_unknown"},
        {"payment_method": "pm_unknown"},
    ],
)
def test_parameters_that_do_not_go_together(bench: Bench, params: dict[str, str]) -> None:
    answer = bench.http("POST", "/v1/payment_intents", {"amount": "1000", "currency": "brl", **params})
    assert answer.status_code == 400


def test_confirming_on_a_server_with_redirects_needs_a_return_url(bench: Bench) -> None:
    data = {"amount": "1000", "currency": "brl", "confirm": "true", "payment_method": "pm_card_visa"}
    refused = bench.http("POST", "/v1/payment_intents", data)
    assert "you must provide a `return_url`" in refused.json()["error"]["message"]
    accepted = bench.http("POST", "/v1/payment_intents", {**data, "return_url": "https://store.example/back"})
    assert accepted.json()["status"] == "succeeded"


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (49, "brl", "amount_too_small"),
        (50, "brl", None),
        (29, "gbp", "amount_too_small"),
        (100_000_000, "brl", "amount_too_large"),
        (49, "jpy", "amount_too_small"),
        (500, "jpy", None),
        (1230, "kwd", None),
        (1234, "kwd", "parameter_invalid_integer"),
        (50_000, "ugx", None),
        (50_050, "ugx", "parameter_invalid_integer"),
        (101, "isk", "parameter_invalid_integer"),
    ],
)
def test_amounts_follow_their_currency(bench: Bench, amount: int, currency: str, code: str | None) -> None:
    answer = bench.http("POST", "/v1/payment_intents", {"amount": str(amount), "currency": currency})
    assert answer.status_code == (400 if code else 200)
    assert answer.json().get("error", {}).get("code") == code


def test_an_unknown_currency_is_refused(bench: Bench) -> None:
    error = bench.http("POST", "/v1/payment_intents", {"amount": "1000", "currency": "xxx"}).json()["error"]
    assert error["param"] == "currency"


def test_metadata_is_merged_and_unset(bench: Bench) -> None:
    intent = bench.intent(metadata={"a": "1", "b": "2"})
    update = bench.v1.payment_intents.update
    assert update(intent.id, params={"metadata": {"b": "", "c": "3"}}).metadata.to_dict() == {"a": "1", "c": "3"}
    assert update(intent.id, params={"metadata": ""}).metadata.to_dict() == {}
