"""The payment's states as a drawing (Mermaid) and as a table, both from `commerce.payments.status`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from commerce.payments.status import DEAD, LIVE, MOVES, SETTLED, PaymentStatus
from local.diagrams.groups import Group, Moves, groups_of

FREE = "each may become any other"
START = PaymentStatus.CREATED

_MOVES: Moves = {before.value: {state.value for state in after} for before, after in MOVES.items()}


@dataclass(frozen=True, slots=True)
class Area:
    """A named set of states; an arrow that all of its groups share is drawn once, from the area."""

    name: str
    title: str
    groups: Sequence[Group]

    @property
    def is_one_group(self) -> bool:
        return len(self.groups) == 1


def areas() -> list[Area]:
    """LIVE, SETTLED and DEAD with their states in the order of the code."""
    named = (
        ("LIVE", "LIVE: not paid, and may still be", LIVE),
        ("SETTLED", "SETTLED: money was captured", SETTLED),
        ("DEAD", "DEAD: a new attempt may start", DEAD),
    )
    return [
        Area(name, title, groups_of([state.value for state in PaymentStatus if state in states], _MOVES))
        for name, title, states in named
    ]


def drawing() -> str:
    """A Mermaid state diagram."""
    drawn = areas()
    lines = ["stateDiagram-v2"]
    for area in drawn:
        lines += _area(area)
    lines += [f"    {before} --> {after}" for before, after in _arrows_between(drawn)]
    return "\n".join(lines)


def table() -> str:
    """The same moves in words, a row for each group."""
    rows = ["| From | may become |", "|---|---|"]
    for area in areas():
        for group in area.groups:
            ways = [FREE] if group.is_free else []
            ways += [targets] if (targets := _targets(group)) else []
            rows.append(f"| {_names(group.members)} | {'; '.join(ways) or 'nothing else'} |")
    return "\n".join(rows)


def _area(area: Area) -> Iterator[str]:
    free = f"; {FREE}" if area.is_one_group and area.groups[0].is_free else ""
    yield f'    state "{area.title}{free}" as {area.name} {{'
    for group in area.groups:
        if len(group.members) == 1 or area.is_one_group:
            yield from (f"        {member}" for member in group.members)
        else:
            title = FREE if group.is_free else "any of"
            yield f'        state "{title}" as {_node(group)} {{'
            yield from (f"            {member}" for member in group.members)
            yield "        }"
    if any(START in group.members for group in area.groups):
        yield f"        [*] --> {START}"
    for before in area.groups:
        for after in area.groups:
            if before is not after and after.first in _MOVES[before.first]:
                yield f"        {_node(before)} --> {_node(after)}"
    yield "    }"


def _arrows_between(drawn: Sequence[Area]) -> Iterator[tuple[str, str]]:
    for before in drawn:
        for after in drawn:
            if before is after:
                continue
            reached = [_reached(group, after) for group in before.groups]
            if all(names == [after.name] for names in reached):
                yield before.name, after.name
                continue
            for group, names in zip(before.groups, reached, strict=True):
                yield from ((before.name if before.is_one_group else _node(group), name) for name in names)


def _reached(group: Group, area: Area) -> list[str]:
    targets = [target for target in area.groups if target.first in _MOVES[group.first]]
    return [area.name] if len(targets) == len(area.groups) else [_node(target) for target in targets]


def _node(group: Group) -> str:
    return group.first if len(group.members) == 1 else "_or_".join(group.members)


def _targets(group: Group) -> str:
    after = set(_MOVES[group.first]).difference(group.members)
    whole = {f"any {area.name}": _states(area) for area in areas() if area.name != "LIVE" and _states(area) <= after}
    rest = after.difference(*whole.values())
    named = [_names([state.value for state in PaymentStatus if state in rest])] if rest else []
    return ", ".join([*named, *whole])


def _states(area: Area) -> set[str]:
    return {member for group in area.groups for member in group.members}


def _names(states: Sequence[str]) -> str:
    return ", ".join(f"`{state}`" for state in states)
