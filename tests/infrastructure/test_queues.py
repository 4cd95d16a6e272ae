"""Queues, the stream and the clock: nothing is lost in silence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.infrastructure.stackview import StackView, logical

WORK_QUEUES = [
    "BrazilPaymentsQueue",
    "EmailQueue",
    "GeocodeQueue",
    "MercadoPagoQueue",
    "PaypalQueue",
    "PixQueue",
    "StripeQueue",
]
DEAD_ENDS = [
    "BrazilPaymentsDeadLetters",
    "EmailDeadLetters",
    "GeocodeDeadLetters",
    "MercadoPagoDeadLetters",
    "OutboxFailuresQueue",
    "PaypalDeadLetters",
    "PixDeadLetters",
    "ScheduleFailuresQueue",
    "StripeDeadLetters",
]


def test_a_queue_is_either_work_or_a_dead_end(stack: StackView) -> None:
    queues = stack.every("AWS::SQS::Queue")
    assert sorted(name for name, queue in queues.items() if "RedrivePolicy" in queue) == WORK_QUEUES
    assert sorted(name for name, queue in queues.items() if "RedrivePolicy" not in queue) == DEAD_ENDS


@pytest.mark.invariant("PLT-02")
@pytest.mark.parametrize("name", WORK_QUEUES)
def test_a_poison_message_lands_in_the_dead_letters(stack: StackView, name: str) -> None:
    queue = stack.properties(name)
    redrive = queue["RedrivePolicy"]
    dead = stack.properties(logical(redrive["deadLetterTargetArn"]))
    assert 3 <= redrive["maxReceiveCount"] <= 12
    assert dead["MessageRetentionPeriod"] > queue["MessageRetentionPeriod"]
    assert dead["RedriveAllowPolicy"]["redrivePermission"] == "byQueue"
    (source,) = dead["RedriveAllowPolicy"]["sourceQueueArns"]
    assert source.rpartition(":")[2] == queue["QueueName"]


@pytest.mark.invariant("PLT-02")
@pytest.mark.parametrize("name", DEAD_ENDS)
def test_a_dead_letter_raises_an_alarm(stack: StackView, name: str) -> None:
    (alarm,) = stack.alarms_on("ApproximateNumberOfMessagesVisible", "QueueName", f"{name}.QueueName")
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")
    assert stack.properties(name)["MessageRetentionPeriod"] == 14 * 24 * 3600


@pytest.mark.parametrize("name", WORK_QUEUES)
def test_old_work_raises_an_alarm(stack: StackView, name: str) -> None:
    (alarm,) = stack.alarms_on("ApproximateAgeOfOldestMessage", "QueueName", f"{name}.QueueName")
    assert alarm["Threshold"] <= 3600


@pytest.mark.parametrize("name", WORK_QUEUES + DEAD_ENDS)
def test_messages_are_encrypted_at_rest(stack: StackView, name: str) -> None:
    assert stack.properties(name)["SqsManagedSseEnabled"] is True


@pytest.mark.parametrize("name", WORK_QUEUES)
def test_a_message_stays_hidden_for_six_timeouts(stack: StackView, name: str) -> None:
    """Lambda Developer Guide, "Using Lambda with Amazon SQS": six times the timeout, plus the batching window."""
    (mapping,) = _mappings(stack, f"{name}.Arn")
    function = stack.properties(mapping["FunctionName"].removesuffix("Aliaslive"))
    window = mapping.get("MaximumBatchingWindowInSeconds", 0)
    assert stack.properties(name)["VisibilityTimeout"] >= 6 * function["Timeout"] + window


@pytest.mark.invariant("PLT-02")
@pytest.mark.parametrize("name", WORK_QUEUES)
def test_one_bad_message_fails_alone_and_workers_are_bounded(stack: StackView, name: str) -> None:
    (mapping,) = _mappings(stack, f"{name}.Arn")
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert 2 <= mapping["ScalingConfig"]["MaximumConcurrency"] <= 50
    assert "FilterCriteria" not in mapping, "a filter on a queue deletes what does not match"
    reserved = stack.properties(mapping["FunctionName"].removesuffix("Aliaslive")).get("ReservedConcurrentExecutions")
    assert reserved is None, "throttled receives would count towards the dead letters"


@pytest.mark.invariant("PLT-01")
def test_the_outbox_reads_its_rows_only_and_gives_up_on_none_in_silence(stack: StackView) -> None:
    (mapping,) = _mappings(stack, "CommerceTable.StreamArn")
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    (row,) = mapping["FilterCriteria"]["Filters"]
    assert json.loads(row["Pattern"]) == {
        "eventName": ["INSERT"],
        "dynamodb": {"NewImage": {"kind": {"S": ["outbox"]}}},
    }
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["MaximumRetryAttempts"] == 5
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == "OutboxFailuresQueue.Arn"
    (alarm,) = stack.alarms_on("IteratorAge", "FunctionName", "OutboxRelayFunction")
    assert alarm["Threshold"] <= 60_000


@pytest.mark.parametrize(
    ("rule", "event", "queue"),
    [("OrderPaidToEmail", "order.paid", "Email"), ("AddressSavedToGeocode", "address.saved", "Geocode")],
)
def test_a_rule_may_fill_its_queue_and_sets_aside_what_it_could_not_deliver(
    stack: StackView, rule: str, event: str, queue: str
) -> None:
    told = stack.properties(rule)
    assert told["EventPattern"] == {"detail-type": [event]}
    assert told["EventBusName"] == "CommerceBus"
    (target,) = told["Targets"]
    assert target["Arn"] == f"{queue}Queue.Arn"
    assert target["DeadLetterConfig"] == {"Arn": f"{queue}DeadLetters.Arn"}
    for policy in (f"{queue}QueuePolicy", f"{queue}DeadLettersPolicy"):
        (statement,) = stack.properties(policy)["PolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "events.amazonaws.com"}
        assert statement["Action"] == "sqs:SendMessage"
        assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": f"{rule}.Arn"}}


def test_saved_addresses_are_looked_up_only_where_somebody_asked_for_it() -> None:
    """Each look-up is billed."""
    assert StackView.of().properties("AddressSavedToGeocode")["State"] == "DISABLED"
    assert StackView.of(GeocodeAddresses="true").properties("AddressSavedToGeocode")["State"] == "ENABLED"


def test_a_queue_policy_speaks_of_its_own_queue_only(stack: StackView) -> None:
    """SQS takes one resource in a statement, the queue itself ("Special Information for SQS Policies")."""
    policies = stack.every("AWS::SQS::QueuePolicy").values()
    assert sorted(queue for policy in policies for queue in policy["Queues"]) == [
        "EmailDeadLetters",
        "EmailQueue",
        "GeocodeDeadLetters",
        "GeocodeQueue",
    ]
    for policy in policies:
        (queue,) = policy["Queues"]
        assert {statement["Resource"] for statement in policy["PolicyDocument"]["Statement"]} == {f"{queue}.Arn"}


@pytest.mark.parametrize(
    ("function", "rate"),
    [("PaymentsPollerFunction", "rate(1 minute)"), ("OutboxSweeperFunction", "rate(5 minutes)")],
)
def test_a_schedule_has_no_name_to_collide_and_a_place_for_failures(stack: StackView, function: str, rate: str) -> None:
    (schedule,) = [
        schedule
        for schedule in stack.every("AWS::Scheduler::Schedule").values()
        if schedule["Target"]["Arn"] == f"{function}Aliaslive"
    ]
    assert "Name" not in schedule
    assert schedule["ScheduleExpression"] == rate
    assert schedule["Target"]["DeadLetterConfig"] == {"Arn": "ScheduleFailuresQueue.Arn"}
    invoke, send = stack.statements(logical(schedule["Target"]["RoleArn"]))
    assert (invoke["Action"], f"{function}Aliaslive" in invoke["Resource"]) == (["lambda:InvokeFunction"], True)
    assert (send["Action"], send["Resource"]) == (["sqs:SendMessage"], ["ScheduleFailuresQueue.Arn"])


def _mappings(stack: StackView, source: str) -> list[dict[str, Any]]:
    every = stack.every("AWS::Lambda::EventSourceMapping").values()
    return [mapping for mapping in every if mapping["EventSourceArn"] == source]
