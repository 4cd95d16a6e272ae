"""Operations ready to be measured: the functions again, with AWS and providers replaced by what was recorded."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks import events, paypal_story, pix_story, story
from benchmarks.functions import WEBHOOK, Handler, answered_by, load
from benchmarks.recording import merged
from benchmarks.replay import ReplayAdapter, Trips, canned_clients, stub_clients
from benchmarks.sandboxes import WEBHOOK_SECRET, modules
from benchmarks.shop import Step, WentWrong, payment_queues, settings
from benchmarks.story import Story
from commerce.payments.gateways.stripe.signature import sign
from commerce.platform import aws
from local.build.blueprint import Blueprint

_QUEUES = "https://sqs.us-east-1.amazonaws.com/123456789012/"
PROCESSED = "event processed, from webhook to commit"
OPERATIONS: Mapping[str, tuple[str, ...]] = {
    story.ACKNOWLEDGED: (story.ACKNOWLEDGED,),
    PROCESSED: (story.ACKNOWLEDGED, story.PROCESSED),
    story.FIRST: (story.FIRST,),
    story.SAME_KEY: (story.SAME_KEY,),
    story.POLLED: (story.POLLED,),
    paypal_story.FIRST: (paypal_story.FIRST,),
    paypal_story.RETURNED: (paypal_story.RETURNED,),
    paypal_story.ACKNOWLEDGED: (paypal_story.ACKNOWLEDGED,),
    pix_story.FIRST: (pix_story.FIRST,),
    pix_story.ACKNOWLEDGED: (pix_story.ACKNOWLEDGED,),
    pix_story.PROCESSED: (pix_story.PROCESSED,),
}
"""What is measured, and the invocations that it takes."""


@dataclass(frozen=True, slots=True)
class Act:
    """One operation that can be repeated at will: nothing that it writes is kept."""

    invocations: tuple[tuple[Handler, Mapping[str, Any]], ...]
    trips: Trips

    def __call__(self) -> list[dict[str, Any]]:
        return [handler(event) for handler, event in self.invocations]

    def added(self) -> float:
        """Seconds that one run took beyond the answering by AWS and providers."""
        self.trips.reset()
        began = time.perf_counter()
        self()
        return time.perf_counter() - began - self.trips.seconds


def rehearse(blueprint: Blueprint, told: Story, *, real_boto: bool = False) -> dict[str, Act]:
    """The operations by name.

    Args:
        real_boto: boto3 does all its work except the sending; otherwise its clients are stubs.

    Raises:
        WentWrong: an operation does not do what it did when it was recorded.
    """
    return {
        name: _act(blueprint, told, [told.steps[p] for p in parts], real_boto) for name, parts in OPERATIONS.items()
    }


def _act(blueprint: Blueprint, told: Story, steps: list[Step], real_boto: bool) -> Act:
    scene = merged([step.scene for step in (*told.cold.values(), *steps)])
    trips = Trips()
    build: Any = aws.client
    client = canned_clients(scene, trips, build) if real_boto else stub_clients(scene, trips)
    names = [step.function for step in steps]
    replayed = ReplayAdapter(scene, trips)
    queues = {provider: f"{_QUEUES}{name}" for provider, name in payment_queues(blueprint).items()}
    with answered_by(dict.fromkeys(modules(), replayed)):
        handlers = load(blueprint, names, client=client, **settings(queues))
        act = Act(tuple((handlers[step.function], _event(told, step)) for step in steps), trips)
        _prove(act, steps)
    return act


def _event(told: Story, step: Step) -> Mapping[str, Any]:
    if step.function != WEBHOOK:
        return step.event
    # Signed now: the recorded signature gets too old for the time window. Others' proofs are good for days.
    return events.function_url(told.webhook, {"Stripe-Signature": sign(told.webhook, WEBHOOK_SECRET, int(time.time()))})


def _prove(act: Act, steps: list[Step]) -> None:
    act()
    act.trips.reset()
    answers = act()
    recorded = sorted(name for step in steps for name in step.scene.names)
    if sorted(act.trips.made) != recorded:
        raise WentWrong(f"Replayed calls {act.trips.made} are not those recorded: {recorded}.")
    for step, answer in zip(steps, answers, strict=True):
        if answer.get("statusCode") != step.answer.get("statusCode") or answer.get("batchItemFailures"):
            raise WentWrong(f"{step.function} answered {answer}, and {step.answer} when it was recorded.")
