"""Distances as people read them, in their language."""

from __future__ import annotations

import pytest

from commerce.geocoding.distance import Leg, Reach
from commerce.geocoding.model import Language
from commerce.geocoding.wording import distance_text, duration_text, leg_text

PT, EN = Language.PORTUGUESE, Language.ENGLISH


@pytest.mark.parametrize(
    ("meters", "portuguese", "english"),
    [
        (0, "0 m", "0 m"),
        (999, "999 m", "999 m"),
        (1_000, "1,0 km", "1.0 km"),
        (33_253, "33,3 km", "33.3 km"),
        (99_949, "99,9 km", "99.9 km"),
        (99_950, "100 km", "100 km"),
        (341_123, "341 km", "341 km"),
        (1_711_765, "1.712 km", "1,712 km"),
    ],
)
def test_a_distance(meters: int, portuguese: str, english: str) -> None:
    assert (distance_text(meters, PT), distance_text(meters, EN)) == (portuguese, english)


@pytest.mark.parametrize(
    ("seconds", "portuguese", "english"),
    [
        (0, "0 min", "0 min"),
        (1, "1 min", "1 min"),
        (1_620, "27 min", "27 min"),
        (3_569, "59 min", "59 min"),
        (3_570, "1 h", "1 h"),
        (20_168, "5 h 36 min", "5 h 36 min"),
        (86_369, "23 h 59 min", "23 h 59 min"),
        (86_370, "1 dia", "1 day"),
        (318_119, "3 dias 16 h", "3 days 16 h"),
    ],
)
def test_a_duration(seconds: int, portuguese: str, english: str) -> None:
    assert (duration_text(seconds, PT), duration_text(seconds, EN)) == (portuguese, english)


@pytest.mark.invariant("GEO-03")
def test_a_leg_without_a_way_says_so_and_a_way_of_nothing_is_a_way() -> None:
    assert leg_text(Leg(0, 0, Reach.OK, 33_253, 1_620), PT) == "33,3 km, 27 min"
    assert leg_text(Leg(0, 0, Reach.OK, 0, 0), EN) == "0 m, 0 min"
    assert leg_text(Leg(0, 0, Reach.NO_ROUTE), PT) == "sem rota"
    assert leg_text(Leg(0, 0, Reach.NOT_FOUND), EN) == "address not found"
    assert {leg_text(Leg(0, 0, reach), language) for reach in Reach for language in Language}.isdisjoint({"", "0 m"})
