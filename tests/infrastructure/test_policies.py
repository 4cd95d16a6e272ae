"""The comparison of rights with recorded calls finds what it is there to find."""

from __future__ import annotations

from dataclasses import dataclass

from tests.infrastructure.policies import Use, compare, physical_names
from tests.infrastructure.stackview import StackView

NAMES = {"table-1": "CommerceTable", "queue-1": "StripeQueue", "shop/stripe": "StripeSecret", "bus-1": "CommerceBus"}


@dataclass(frozen=True)
class Called:
    function: str
    actions: tuple[str, ...]
    resource: str
    keys: tuple[str, ...] = ()
    by_source: bool = False


def missing(stack: StackView, *uses: Use) -> list[str]:
    return compare(stack, uses, NAMES).missing


def test_a_call_with_its_right_is_no_finding(stack: StackView) -> None:
    webhook = Called("StripeWebhookFunction", ("sqs:SendMessage",), "queue-1")
    secret = Called("StripeWebhookFunction", ("secretsmanager:GetSecretValue",), "shop/stripe")
    due = Called("PaymentsPollerFunction", ("dynamodb:Query",), "table-1/index/due")
    assert missing(stack, webhook, secret, due) == []


def test_a_call_without_its_right_is_found(stack: StackView) -> None:
    other_action = Called("StripeWebhookFunction", ("sqs:PurgeQueue",), "queue-1")
    other_resource = Called("HealthFunction", ("dynamodb:GetItem",), "table-1")
    whole_table = Called("PaymentsPollerFunction", ("dynamodb:Query",), "table-1")
    assert missing(stack, other_action) == ["StripeWebhookFunction called sqs:PurgeQueue on StripeQueue"]
    assert missing(stack, other_resource) == ["HealthFunction called dynamodb:GetItem on CommerceTable"]
    assert missing(stack, whole_table) == ["PaymentsPollerFunction called dynamodb:Query on CommerceTable"]


def test_a_key_outside_the_condition_is_found_and_not_shown_in_full(stack: StackView) -> None:
    order = Called("SendgridWorkerFunction", ("dynamodb:GetItem",), "table-1", ("ORDER#o-1",))
    payment = Called("SendgridWorkerFunction", ("dynamodb:GetItem",), "table-1", ("PAY#p-1",))
    mixed = Called("OutboxRelayFunction", ("dynamodb:BatchWriteItem",), "table-1", ("OUTBOX#1", "PAY#p-1"))
    assert missing(stack, order) == []
    assert missing(stack, payment) == [
        "SendgridWorkerFunction called dynamodb:GetItem on CommerceTable with keys of PAY"
    ]
    assert len(missing(stack, mixed)) == 1


def test_the_parts_of_a_transaction_need_their_own_rights(stack: StackView) -> None:
    write = Called("OrdersFunction", ("dynamodb:PutItem",), "table-1", ("ORDER#o-1",))
    delete = Called("OrdersFunction", ("dynamodb:DeleteItem",), "table-1", ("ORDER#o-1",))
    assert missing(stack, write) == []
    assert missing(stack, delete) == ["OrdersFunction called dynamodb:DeleteItem on CommerceTable with keys of ORDER"]


def test_a_right_that_nobody_used_is_found(stack: StackView) -> None:
    publish = "OutboxSweeperFunction may events:PutEvents on CommerceBus, but never did"
    assert publish in compare(stack, [], NAMES).unused
    used = [Called("OutboxSweeperFunction", ("events:PutEvents",), "bus-1")]
    assert publish not in compare(stack, used, NAMES).unused


def test_a_right_to_one_providers_queue_is_used_with_that_to_any_other(stack: StackView) -> None:
    line = "PaymentsFunction may sqs:SendMessage on PixQueue, but never did"
    assert line in compare(stack, [], NAMES).unused
    stripe = Called("PaymentsFunction", ("sqs:SendMessage",), "queue-1")
    assert line not in compare(stack, [stripe], NAMES).unused
    other = Called("StripeApiFunction", ("sqs:SendMessage",), "queue-1")
    assert line in compare(stack, [other], NAMES).unused


def test_what_lambda_does_under_the_role_counts_as_used(stack: StackView) -> None:
    unused = compare(stack, [], NAMES).unused
    assert not [line for line in unused if "sqs:ReceiveMessage" in line or "dynamodb:GetRecords" in line]
    assert not [line for line in unused if "OutboxFailuresQueue" in line]
    assert [line for line in unused if "sqs:ChangeMessageVisibility" in line]


def test_a_poll_by_the_event_source_needs_no_right_of_the_code(stack: StackView) -> None:
    assert missing(stack, Called("StripeWorkerFunction", ("sqs:GetQueueUrl",), "queue-1", by_source=True)) == []


def test_physical_names_come_from_what_ref_answers(stack: StackView) -> None:
    answers = {
        "StripeQueue": "https://sqs.us-east-1.amazonaws.com/123456789012/shop-stripe",
        "StripeSecret": "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/stripe-AbCdEf",
        "CommerceTable": "shop-CommerceTable-1ABC",
    }
    names = physical_names(stack, lambda logical_id: answers.get(logical_id, f"x:{logical_id}-1"))
    assert names["shop-stripe"] == "StripeQueue"
    assert names["shop/stripe"] == "StripeSecret"
    assert names["shop-CommerceTable-1ABC"] == "CommerceTable"
