"""Every five minutes: publishes what the relay lost on the way."""

from __future__ import annotations

from commerce.platform import aws
from commerce.platform.clock import SystemClock
from commerce.platform.config import setting
from commerce.platform.deadline import Deadline
from commerce.platform.lambda_types import Context, Event
from commerce.platform.observability import observed
from commerce.platform.relay import Bus, Relay

relay = Relay(Bus(aws.client("events"), setting("EVENT_BUS_NAME")), aws.client("dynamodb"), setting("COMMERCE_TABLE"))
clock = SystemClock()


@observed
def handler(_event: Event, context: Context) -> dict[str, int]:
    return {"published": relay.sweep(clock, Deadline.of(context))}
