"""The parts of the benchmark, and in which order they run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from benchmarks import added_time, addresses, calls, cold_import, own_cpu, places, poll_cost, story, tokens, zip_sizes
from benchmarks.builds import current_builds
from benchmarks.rehearsal import rehearse
from benchmarks.report import Section
from local.build.blueprint import Blueprint, read_blueprint

type Tell = Callable[[str], None]


def sections(parts: Collection[str], *, quick: bool, tell: Tell) -> Iterator[Section]:
    """One section for each part, as soon as it is measured."""
    blueprint = read_blueprint()
    if {"cold", "zips"} & set(parts):
        tell("builds: with bytecode and without")
        builds = current_builds()
        if "cold" in parts:
            yield cold_import.run(builds, quick=quick, tell=lambda what: tell(f"cold import: {what}"))
        if "zips" in parts:
            tell("zip sizes")
            yield zip_sizes.run(builds.shipped)
    yield from _operations(blueprint, parts, quick=quick, tell=tell)
    if "tokens" in parts:
        tell("access tokens for a burst of cold callers")
        yield tokens.run(quick=quick)
    if "addresses" in parts:
        tell("CEPs, beside brazilcep")
        yield addresses.run(blueprint, quick=quick)
    if "places" in parts:
        tell("places and distances, beside googlemaps")
        yield places.run(blueprint, quick=quick)
    if "poll" in parts:
        yield poll_cost.run(blueprint, quick=quick, tell=lambda what: tell(f"poll run: {what}"))


def _operations(blueprint: Blueprint, parts: Collection[str], *, quick: bool, tell: Tell) -> Iterator[Section]:
    if not {"calls", "cpu", "time"} & set(parts):
        return
    tell("payments on moto and the providers' sandboxes, every call recorded")
    told = story.play(blueprint)
    if "calls" in parts:
        yield calls.run(told)
    acts, real = rehearse(blueprint, told), rehearse(blueprint, told, real_boto=True)
    if "cpu" in parts:
        tell("CPU of each operation, replayed")
        yield own_cpu.run(told, acts, real, seconds=4 if quick else 20)
    if "time" in parts:
        tell("time added to a request, replayed")
        yield added_time.run(acts, real, seconds=2 if quick else 6)
