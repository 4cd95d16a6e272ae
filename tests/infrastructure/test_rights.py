"""Roles: one for each function, exact actions on exact resources (PLT-05)."""

from __future__ import annotations

import pytest

from tests.infrastructure.policies import PAYMENT_QUEUES, Right, queues_of_providers, rights_of
from tests.infrastructure.stackview import StackView
from tests.infrastructure.test_functions import FUNCTIONS

_WITHOUT_RESOURCES = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
"""These two know no resources (Service Authorization Reference, AWS X-Ray)."""

OWNERS = {
    "COMMERCE_TABLE": "CommerceTable",
    "IDEMPOTENCY_TABLE": "IdempotencyTable",
    "MESSAGES_TABLE": "MessagesTable",
    "ADDRESSES_TABLE": "AddressesTable",
    "CEP_CACHE_TABLE": "CepCacheTable",
    "BREAKERS_TABLE": "BreakersTable",
    "TOKENS_TABLE": "TokensTable",
    "GEOCODING_TABLE": "GeocodingTable",
    "STRIPE_SECRET_NAME": "StripeSecret",
    "PAYPAL_SECRET_NAME": "PaypalSecret",
    "PIX_SECRET_NAME": "PixSecret",
    "MERCADO_PAGO_SECRET_NAME": "MercadoPagoSecret",
    "BRAZIL_PAYMENTS_SECRET_NAME": "BrazilPaymentsSecret",
    "PAYPAL_QUEUE_URL": "PaypalQueue",
    "PIX_QUEUE_URL": "PixQueue",
    "MERCADO_PAGO_QUEUE_URL": "MercadoPagoQueue",
    "GOOGLE_MAPS_SECRET_NAME": "GoogleMapsSecret",
    "SENDGRID_SECRET_NAME": "SendgridSecret",
    "STRIPE_QUEUE_URL": "StripeQueue",
    "EVENT_BUS_NAME": "CommerceBus",
}
"""Which resource a function is told of by which variable."""

PROVIDERS = {
    "stripe": "StripeQueue",
    "paypal": "PaypalQueue",
    "bacen": "PixQueue",
    "static_pix": "PixQueue",
    "mercado_pago": "MercadoPagoQueue",
    "brazil_payments": "BrazilPaymentsQueue",
}
CHECKOUTS = {"StripeApiFunction", "PaypalApiFunction", "PixApiFunction", "BoletoApiFunction"}


@pytest.mark.invariant("PLT-05")
def test_every_function_has_a_role_of_its_own_written_out(stack: StackView) -> None:
    roles = [stack.role_of(name) for name in FUNCTIONS]
    assert len(set(roles)) == len(FUNCTIONS)
    assert [role for role in roles if "ManagedPolicyArns" in stack.properties(role)] == []


@pytest.mark.invariant("PLT-05")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_only_lambda_may_take_its_role(stack: StackView, name: str) -> None:
    (trust,) = stack.properties(stack.role_of(name))["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert trust["Action"] == "sts:AssumeRole"


@pytest.mark.invariant("PLT-05")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_right_is_wider_than_its_use(stack: StackView, name: str) -> None:
    rights = rights_of(stack, name)
    assert [right for right in rights if "*" in right.action] == []
    assert {right.action for right in rights if "*" in right.resource} == _WITHOUT_RESOURCES


@pytest.mark.invariant("PLT-05")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_it_is_told_of_what_it_may_touch_and_of_nothing_else(stack: StackView, name: str) -> None:
    variables = stack.properties(name)["Environment"]["Variables"]
    told = {OWNERS[key] for key in variables if key in OWNERS} | set(queues_of_providers(variables).values())
    sources = {
        mapping["EventSourceArn"].partition(".")[0]
        for mapping in stack.every("AWS::Lambda::EventSourceMapping").values()
        if mapping["FunctionName"] == f"{name}Aliaslive"
    }
    owned = {*OWNERS.values(), *PROVIDERS.values(), "EmailQueue"}
    touched = {right.resource.partition("/")[0] for right in rights_of(stack, name)} & owned
    assert told <= touched
    assert touched <= told | sources


@pytest.mark.invariant("PLT-05")
@pytest.mark.parametrize(
    ("method", "gateway", "secret"),
    [
        ("Pix", "bacen", "PixSecret"),
        ("Pix", "static", "PixSecret"),
        ("Pix", "mercado_pago", "MercadoPagoSecret"),
        ("Pix", "stripe", "StripeSecret"),
        ("Pix", "brazil_payments", "BrazilPaymentsSecret"),
        ("Boleto", "mercado_pago", "MercadoPagoSecret"),
        ("Boleto", "stripe", "StripeSecret"),
        ("Boleto", "brazil_payments", "BrazilPaymentsSecret"),
    ],
)
def test_a_checkout_reads_the_secret_of_its_gateway_alone(method: str, gateway: str, secret: str) -> None:
    """It is told of that one, and of no other, so that a wrong choice fails by name instead of reading too much."""
    name = f"{method}ApiFunction"
    view = StackView.of(**{f"{method}Gateway": gateway})
    rights = rights_of(view, name)
    variables = view.properties(name)["Environment"]["Variables"]
    assert {right.resource for right in rights if right.action == "secretsmanager:GetSecretValue"} == {secret}
    assert {OWNERS[key] for key in variables if key.endswith("_SECRET_NAME")} == {secret}
    keeps_tokens = any(right.resource == "TokensTable" for right in rights)
    assert keeps_tokens is ("TOKENS_TABLE" in variables) is (gateway == "bacen")


@pytest.mark.invariant("PLT-05")
def test_whoever_moves_payments_is_told_of_every_providers_queue(stack: StackView) -> None:
    """One more provider has to be known to all of them: a checkout ends an attempt that another provider has."""
    told = {
        name: queues_of_providers(variables)
        for name in FUNCTIONS
        if PAYMENT_QUEUES in (variables := stack.properties(name)["Environment"]["Variables"])
    }
    assert {"PaymentsFunction", "PaymentsPollerFunction"} <= set(told)
    assert {name for name in told if name.endswith("ApiFunction")} == CHECKOUTS
    assert {tuple(sorted(queues.items())) for queues in told.values()} == {tuple(sorted(PROVIDERS.items()))}


@pytest.mark.invariant("PLT-05")
def test_the_mailer_reads_orders_and_no_payments(stack: StackView) -> None:
    rights = {right for right in rights_of(stack, "SendgridWorkerFunction") if right.resource == "CommerceTable"}
    assert rights == {Right("dynamodb:GetItem", "CommerceTable", ("ORDER#*",))}


@pytest.mark.invariant("PLT-05")
@pytest.mark.parametrize("name", ["OutboxRelayFunction", "OutboxSweeperFunction"])
def test_the_outbox_deletes_its_own_rows_only(stack: StackView, name: str) -> None:
    (writing,) = [right for right in rights_of(stack, name) if right.action == "dynamodb:BatchWriteItem"]
    assert writing == Right("dynamodb:BatchWriteItem", "CommerceTable", ("OUTBOX#*",))


@pytest.mark.invariant("PLT-05")
def test_the_address_book_tells_events_and_reads_no_orders(stack: StackView) -> None:
    rights = {right for right in rights_of(stack, "AddressesFunction") if right.resource == "CommerceTable"}
    assert rights == {Right("dynamodb:PutItem", "CommerceTable", ("OUTBOX#*",))}


@pytest.mark.invariant("PLT-05", "GEO-01")
def test_the_address_book_sees_where_its_addresses_are_and_nothing_else_of_the_map(stack: StackView) -> None:
    rights = {right for right in rights_of(stack, "AddressesFunction") if right.resource == "GeocodingTable"}
    actions = ("dynamodb:BatchGetItem", "dynamodb:DeleteItem")
    assert rights == {Right(action, "GeocodingTable", ("SAVED#*",)) for action in actions}


@pytest.mark.invariant("PLT-05", "GEO-01")
def test_the_map_s_worker_writes_no_address_book(stack: StackView) -> None:
    """What it finds would lie in the backups there."""
    rights = {right for right in rights_of(stack, "GoogleMapsWorkerFunction") if right.resource == "AddressesTable"}
    actions = ("dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem")
    assert rights == {Right(action, "AddressesTable", ("USER#*",)) for action in actions}


@pytest.mark.invariant("PLT-05")
def test_the_map_at_the_front_door_does_not_see_whose_address_is_where(stack: StackView) -> None:
    keys = {
        right.leading_keys for right in rights_of(stack, "GoogleMapsApiFunction") if right.resource == "GeocodingTable"
    }
    assert keys == {("GEO#*", "PLACE#*")}


@pytest.mark.parametrize("function", ["GoogleMapsApiFunction", "GoogleMapsWorkerFunction"])
def test_whoever_asks_the_map_may_take_back_what_was_kept_of_a_question(stack: StackView, function: str) -> None:
    rights = {right for right in rights_of(stack, function) if right.resource == "GeocodingTable"}
    (delete,) = (right for right in rights if right.action == "dynamodb:DeleteItem")
    assert {"GEO#*", "PLACE#*"} <= set(delete.leading_keys)


@pytest.mark.invariant("PLT-05")
def test_a_cep_is_looked_up_without_sight_of_anybody_s_book(stack: StackView) -> None:
    touched = {right.resource for right in rights_of(stack, "ViacepFunction") if right.action.startswith("dynamodb:")}
    assert touched == {"CepCacheTable", "BreakersTable"}


@pytest.mark.invariant("PLT-05")
def test_nobody_but_its_integration_reads_a_secret(stack: StackView) -> None:
    readers = {
        secret: {name for name in FUNCTIONS if Right("secretsmanager:GetSecretValue", secret) in rights_of(stack, name)}
        for secret in stack.every("AWS::SecretsManager::Secret")
    }
    assert readers == {
        "StripeSecret": {"StripeApiFunction", "StripeWebhookFunction", "StripeWorkerFunction"},
        "PaypalSecret": {"PaypalApiFunction", "PaypalWebhookFunction", "PaypalWorkerFunction"},
        "PixSecret": {"PixApiFunction", "PixWebhookFunction", "PixWorkerFunction"},
        "MercadoPagoSecret": {"BoletoApiFunction", "MercadoPagoWebhookFunction", "MercadoPagoWorkerFunction"},
        "BrazilPaymentsSecret": {"BrazilPaymentsWorkerFunction"},
        "SendgridSecret": {"SendgridWorkerFunction"},
        "GoogleMapsSecret": {"GoogleMapsApiFunction", "GoogleMapsWorkerFunction"},
    }
