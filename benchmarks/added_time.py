"""Time that we add to a request beyond the round trips to the provider and to the store."""

from __future__ import annotations

import statistics
import time

from benchmarks import paypal_story, pix_story, story
from benchmarks.rehearsal import Act
from benchmarks.report import Row, Section, Table, ms

TITLE = "Time added to a request"
METHOD = (
    "Wall time of the handlers less the time in which AWS and the provider answered; the stubs of the section above "
    "take that time themselves. Ours: stubs in the place of boto3's clients. With boto3: its work counts as ours,"
    " so this is all that a caller waits for beyond the two networks and what is behind them. A Pix checkout draws "
    "the QR code, as PNG and as SVG. Medians."
)
SHOWN = (
    story.FIRST,
    story.SAME_KEY,
    story.ACKNOWLEDGED,
    paypal_story.FIRST,
    paypal_story.RETURNED,
    paypal_story.ACKNOWLEDGED,
    pix_story.FIRST,
    pix_story.ACKNOWLEDGED,
)


def run(acts: dict[str, Act], real: dict[str, Act], *, seconds: float) -> Section:
    rows: list[Row] = [("Operation", "ours ms", "with boto3 ms")]
    share = seconds / (2 * len(SHOWN))
    rows += [(name, ms(_median(acts[name], share)), ms(_median(real[name], share))) for name in SHOWN]
    return Section(TITLE, METHOD, [Table(rows)])


def _median(act: Act, seconds: float) -> float:
    taken: list[float] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end or len(taken) < 40:
        taken.append(act.added())
    return statistics.median(taken)
