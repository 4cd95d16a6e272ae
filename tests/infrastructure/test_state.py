"""Tables and secrets: what is kept, how long, and who could read it at rest."""

from __future__ import annotations

import json

import pytest

from tests.infrastructure.stackview import StackView

TABLES = [
    "AddressesTable",
    "BreakersTable",
    "CepCacheTable",
    "CommerceTable",
    "GeocodingTable",
    "IdempotencyTable",
    "MessagesTable",
    "TokensTable",
]
WITHOUT_BACKUP = ["GeocodingTable"]
"""What it holds has to be gone after 30 days, from backups as well."""

WITHOUT_EXPIRY = ["AddressesTable"]
"""What buyers typed goes when they or the store say so, and never by itself."""

IRREPLACEABLE = ["AddressesTable", "CommerceTable", "MessagesTable"]


def test_these_are_the_tables(stack: StackView) -> None:
    assert sorted(stack.every("AWS::DynamoDB::Table")) == TABLES


@pytest.mark.parametrize("name", TABLES)
def test_a_table_can_be_restored_is_encrypted_and_forgets(stack: StackView, name: str) -> None:
    table = stack.properties(name)
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    recovery = {"PointInTimeRecoveryEnabled": name not in WITHOUT_BACKUP}
    assert table["PointInTimeRecoverySpecification"] == recovery
    assert table["SSESpecification"] == {"SSEEnabled": True}
    expiry = None if name in WITHOUT_EXPIRY else {"AttributeName": "expires_at", "Enabled": True}
    assert table.get("TimeToLiveSpecification") == expiry


@pytest.mark.parametrize("name", TABLES)
def test_a_table_cannot_be_deleted_in_prod(stack: StackView, prod: StackView, name: str) -> None:
    assert stack.properties(name)["DeletionProtectionEnabled"] is False
    assert prod.properties(name)["DeletionProtectionEnabled"] is True


@pytest.mark.parametrize("name", IRREPLACEABLE)
def test_what_cannot_be_made_again_outlives_the_stack(stack: StackView, name: str) -> None:
    resource = stack.resources[name]
    assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resource["UpdateReplacePolicy"] == "Retain"


@pytest.mark.invariant("PAY-22")
def test_due_rows_are_found_by_a_sparse_index_and_by_nothing_else(stack: StackView) -> None:
    (index,) = stack.properties("CommerceTable")["GlobalSecondaryIndexes"]
    keys = [(key["AttributeName"], key["KeyType"]) for key in index["KeySchema"]]
    assert (index["IndexName"], keys) == ("due", [("due_shard", "HASH"), ("due_at", "RANGE")])
    wanted = ["payment_id", "provider", "claims"]
    assert index["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": wanted}


def test_the_stream_shows_new_rows_whole(stack: StackView) -> None:
    assert stack.properties("CommerceTable")["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}


@pytest.mark.invariant("AUT-04")
@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("StripeSecret", ["api_key", "publishable_key", "webhook_secret", "webhook_secret_previous"]),
        ("PaypalSecret", ["client_id", "client_secret", "webhook_id"]),
        (
            "PixSecret",
            [
                "client_id",
                "client_secret",
                "certificate",
                "private_key",
                "pix_key",
                "pix_key_previous",
                "merchant_name",
                "merchant_city",
                "webhook_secret",
                "webhook_secret_previous",
            ],
        ),
        ("MercadoPagoSecret", ["access_token", "webhook_secret", "webhook_secret_previous"]),
        ("BrazilPaymentsSecret", ["api_key", "merchant_id"]),
        ("SendgridSecret", ["api_key"]),
        ("GoogleMapsSecret", ["api_key"]),
    ],
)
def test_a_secret_is_born_with_its_fields_and_without_values(stack: StackView, name: str, fields: list[str]) -> None:
    born = json.loads(stack.properties(name)["SecretString"])
    assert list(born) == fields
    assert set(born.values()) <= {"", "REPLACE_ME"}
    # A signing secret that stands in a public template would let anybody sign.
    assert [value for field, value in born.items() if field.startswith("webhook_secret") and value] == []


def test_the_outputs_name_what_a_person_needs(stack: StackView) -> None:
    urls = {f"{name.removesuffix('Function')}Url" for name in stack.functions if name.endswith("WebhookFunction")}
    assert set(stack.outputs) >= {"ApiUrl", "StripeWebhookUrl", *urls}
    assert {f"{name}Name" for name in TABLES} <= set(stack.outputs)
    for secret, properties in stack.every("AWS::SecretsManager::Secret").items():
        assert stack.outputs[f"{secret}Name"]["Value"] == properties["Name"]
