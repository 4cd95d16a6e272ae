"""How many calls to AWS and to Stripe each operation makes, counted on moto and the sandbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from benchmarks import story
from benchmarks.report import Row, Section, Table, Verdict, at_most
from benchmarks.shop import Step
from benchmarks.story import Story

TITLE = "Calls per operation"
METHOD = (
    "Every operation once, through the handlers, with boto3's own events counting on moto and an adapter counting"
    " in front of the Stripe sandbox. A write is a call that changes a table; a transaction counts once. Not in "
    "the table, because a warm container does not make them: {cold}."
)


def run(told: Story) -> Section:
    rows: list[Row] = [("Operation", "AWS calls", "of these writes", "Stripe calls", "Which")]
    rows += [_row(name, step) for name, step in told.steps.items()]
    return Section(TITLE, METHOD.format(cold=_cold(told)), [Table(rows)], _verdicts(told))


def _row(name: str, step: Step) -> Row:
    scene = step.scene
    return (
        name,
        str(len(scene.aws)),
        str(scene.writes),
        str(len(scene.provider)),
        ", ".join([*_counted(scene.operations), *_counted(f"Stripe {call.method}" for call in scene.provider)])
        or "none",
    )


def _counted(names: Iterable[str]) -> list[str]:
    return [name if times == 1 else f"{times} {name}" for name, times in Counter(names).items()]


def _cold(told: Story) -> str:
    secrets = {n for n, step in told.cold.items() if "GetSecretValue" in step.scene.operations}
    breakers = {n for n, step in told.cold.items() if any(call.subject == "stripe" for call in step.scene.aws)}
    return (
        f"GetSecretValue, once in five minutes ({', '.join(sorted(secrets))}), and GetItem of the circuit breaker, "
        f"once in five seconds ({', '.join(sorted(breakers))})"
    )


def _verdicts(told: Story) -> list[Verdict]:
    first, acknowledged, forged = (told.steps[name].scene for name in (story.FIRST, story.ACKNOWLEDGED, story.FORGED))
    return [
        at_most("writes on the request path of a checkout", first.writes, 2, digits=0),
        at_most("Stripe calls on the request path of a checkout", len(first.provider), 1, digits=0),
        at_most(
            "calls of any kind to acknowledge a webhook", len(acknowledged.aws + acknowledged.provider), 1, digits=0
        ),
        at_most("calls of any kind for a forged webhook", len(forged.aws + forged.provider), 0, digits=0),
    ]
