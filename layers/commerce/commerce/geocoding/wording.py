"""Distances and times as people read them. Pure; whole numbers only."""

from __future__ import annotations

from collections.abc import Mapping

from commerce.geocoding.distance import Leg, Reach
from commerce.geocoding.model import Language

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_SEPARATORS: Mapping[Language, tuple[str, str]] = {Language.PORTUGUESE: (".", ","), Language.ENGLISH: (",", ".")}
"""Of thousands and of decimals."""

_DAYS: Mapping[Language, tuple[str, str]] = {Language.PORTUGUESE: ("dia", "dias"), Language.ENGLISH: ("day", "days")}
_UNREACHED: Mapping[Language, Mapping[Reach, str]] = {
    Language.PORTUGUESE: {
        Reach.NO_ROUTE: "sem rota",
        Reach.NOT_FOUND: "endereço não encontrado",
        Reach.FAILED: "não foi possível calcular",
    },
    Language.ENGLISH: {
        Reach.NO_ROUTE: "no route",
        Reach.NOT_FOUND: "address not found",
        Reach.FAILED: "could not be computed",
    },
}


def leg_text(leg: Leg, language: Language) -> str:
    """`33,3 km, 27 min`; for a leg without a way, why there is none."""
    if leg.reach is not Reach.OK or leg.meters is None or leg.seconds is None:
        return _UNREACHED[language][Reach.FAILED if leg.reach is Reach.OK else leg.reach]
    return f"{distance_text(leg.meters, language)}, {duration_text(leg.seconds, language)}"


def distance_text(meters: int, language: Language) -> str:
    """`850 m`, `33,3 km`, `1.712 km`: a decimal below 100 km, none above."""
    thousands, decimals = _SEPARATORS[language]
    if meters < 1000:
        return f"{meters} m"
    tenths = (meters + 50) // 100
    if tenths >= 1000:
        return f"{(meters + 500) // 1000:,} km".replace(",", thousands)
    return f"{tenths // 10}{decimals}{tenths % 10} km"


def duration_text(seconds: int, language: Language) -> str:
    """`27 min`, `5 h 36 min`, `3 dias 16 h`: the two largest units; less than half a minute is 0 or 1 min."""
    minutes = (seconds + 30) // _MINUTE
    if minutes < 60:
        return f"{max(minutes, 1 if seconds else 0)} min"
    if minutes * _MINUTE < _DAY:
        return _pair(minutes // 60, "h", minutes % 60, "min")
    hours = (seconds + _HOUR // 2) // _HOUR
    one, many = _DAYS[language]
    return _pair(hours // 24, one if hours // 24 == 1 else many, hours % 24, "h")


def _pair(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large} {large_unit} {small} {small_unit}" if small else f"{large} {large_unit}"
