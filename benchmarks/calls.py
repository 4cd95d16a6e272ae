"""How many calls to AWS and to providers each operation makes, counted on moto and the sandboxes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from benchmarks import paypal_story, pix_story, story
from benchmarks.recording import Scene
from benchmarks.report import Row, Section, Table, Verdict, at_most
from benchmarks.shop import Step
from benchmarks.story import Story

TITLE = "Calls per operation"
METHOD = (
    "Every operation once, through the handlers, with boto3's own events counting on moto and an adapter counting"
    " in front of each provider's sandbox. A write is a call that changes a table; a transaction counts once. Not in "
    "the table, because a warm container does not make them: {cold}."
)
CHECKOUTS = {"card": story.FIRST, "PayPal": paypal_story.FIRST, "Pix": pix_story.FIRST}
WEBHOOKS = {
    "Stripe": (story.ACKNOWLEDGED, story.FORGED),
    "PayPal": (paypal_story.ACKNOWLEDGED, paypal_story.FORGED),
    "a bank": (pix_story.ACKNOWLEDGED, pix_story.FORGED),
}


def run(told: Story) -> Section:
    rows: list[Row] = [("Operation", "AWS calls", "of these writes", "provider calls", "Which")]
    rows += [_row(name, step) for name, step in told.steps.items()]
    return Section(TITLE, METHOD.format(cold=_cold(told)), [Table(rows)], _verdicts(told))


def _row(name: str, step: Step) -> Row:
    scene = step.scene
    return (
        name,
        str(len(scene.aws)),
        str(scene.writes),
        str(len(scene.provider)),
        _which(scene) or "none",
    )


def _counted(names: Iterable[str]) -> list[str]:
    return [name if times == 1 else f"{times} {name}" for name, times in Counter(names).items()]


def _which(scene: Scene) -> str:
    calls = (f"{call.provider} {call.method}" for call in scene.provider)
    return ", ".join([*_counted(scene.operations), *_counted(calls)])


def _cold(told: Story) -> str:
    providers = {provider for step in told.cold.values() for provider in step.scene.breakers}
    secrets = _those(told, lambda scene: "GetSecretValue" in scene.operations)
    breakers = _those(told, lambda scene: bool(scene.breakers))
    tokens = _those(told, lambda scene: bool(scene.tokens(providers)))
    return (
        f"GetSecretValue, once in five minutes ({secrets}); GetItem of each circuit breaker, once in five seconds "
        f"({breakers}); GetItem of the provider's access token, once in its life ({tokens}), and where there is none "
        "yet UpdateItem to be the one who fetches it, a POST to the provider, and PutItem; GET of the certificate that "
        "PayPal signs its webhooks with, once in its life"
    )


def _those(told: Story, wanted: Callable[[Scene], bool]) -> str:
    return ", ".join(sorted(name for name, step in told.cold.items() if wanted(step.scene)))


def _verdicts(told: Story) -> list[Verdict]:
    verdicts: list[Verdict] = []
    for method, name in CHECKOUTS.items():
        scene = told.steps[name].scene
        path = f"on the request path of a checkout by {method}"
        verdicts.append(at_most(f"writes {path}", scene.writes, 2, digits=0))
        verdicts.append(at_most(f"provider calls {path}", len(scene.provider), 1, digits=0))
    back = told.steps[paypal_story.RETURNED].scene
    verdicts.append(at_most("provider calls when a buyer is back from PayPal", len(back.provider), 2, digits=0))
    for provider, names in WEBHOOKS.items():
        acknowledged, forged = (len(told.steps[name].scene.names) for name in names)
        verdicts.append(at_most(f"calls of any kind to acknowledge a webhook of {provider}", acknowledged, 1, digits=0))
        verdicts.append(at_most(f"calls of any kind for one forged in the name of {provider}", forged, 0, digits=0))
    return verdicts
