"""States that cannot be told apart by their moves, put together, so that a drawing of many moves stays readable.

Two states are twins when they come from the same states and lead to the same states, each other aside. A move between
two groups of twins is then true of all their members, and one arrow tells it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

type Moves = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class Group:
    """Twins. `is_free`: each of them may become any other of them."""

    members: tuple[str, ...]
    is_free: bool

    @property
    def first(self) -> str:
        return self.members[0]


def groups_of(states: Collection[str], moves: Moves) -> list[Group]:
    """`states` in groups, in their order."""
    found: list[list[str]] = []
    for state in states:
        home = next((group for group in found if all(_are_twins(state, member, moves) for member in group)), None)
        if home is None:
            found.append([state])
        else:
            home.append(state)
    return [Group(tuple(group), len(group) > 1 and group[1] in moves[group[0]]) for group in found]


def _are_twins(one: str, other: str, moves: Moves) -> bool:
    pair = {one, other}
    same_ways_out = set(moves[one]) - pair == set(moves[other]) - pair
    same_ways_in = _origins(one, moves) - pair == _origins(other, moves) - pair
    return same_ways_out and same_ways_in and (one in moves[other]) == (other in moves[one])


def _origins(state: str, moves: Moves) -> set[str]:
    return {before for before, after in moves.items() if state in after}
