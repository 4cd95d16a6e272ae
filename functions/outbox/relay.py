"""Stream of the CommerceTable -> the bus: publishes what the outbox got."""

from __future__ import annotations

from commerce.platform import aws
from commerce.platform.config import setting
from commerce.platform.lambda_types import BatchAnswer, Context, Event
from commerce.platform.observability import observed
from commerce.platform.relay import Bus, Relay

relay = Relay(Bus(aws.client("events"), setting("EVENT_BUS_NAME")), aws.client("dynamodb"), setting("COMMERCE_TABLE"))


@observed
def handler(event: Event, _context: Context) -> BatchAnswer:
    return relay.relay(event)
