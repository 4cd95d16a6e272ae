"""What operators see of a message: one log line and one count for every state it reaches. Ids and codes only."""

from __future__ import annotations

from commerce.messaging.model import Message
from commerce.messaging.status import MessageStatus
from commerce.platform.observability import count, logger

_METRICS = {
    MessageStatus.ACCEPTED: "MessagesAccepted",
    MessageStatus.REJECTED: "MessagesRejected",
    MessageStatus.RETRY: "MessagesRetried",
    MessageStatus.UNKNOWN: "MessagesUnknown",
}
_LINES = {
    MessageStatus.ACCEPTED: "message accepted by the provider",
    MessageStatus.REJECTED: "message refused: it is not sent",
    MessageStatus.RETRY: "message not accepted: it is tried again",
    MessageStatus.UNKNOWN: "message outcome unknown: it is not sent again, look it up at the provider",
}


def report(message: Message) -> None:
    """Tell of a state that was just recorded. MessagesUnknown and MessagesRejected raise alarms (template.yaml)."""
    count(_METRICS[message.status], operation=message.template, provider=message.provider or "none")
    fields = {
        "message_id": message.message_id,
        "order_id": message.order_id,
        "template": message.template,
        "status": message.status.value,
        "attempt": message.attempt,
        "failure": message.failure,
        "provider_ref": message.provider_ref,
    }
    if message.status in (MessageStatus.REJECTED, MessageStatus.UNKNOWN):
        logger.error(_LINES[message.status], extra=fields)
    elif message.status is MessageStatus.RETRY:
        logger.warning(_LINES[message.status], extra=fields)
    else:
        logger.info(_LINES[message.status], extra=fields)
