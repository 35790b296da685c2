"""What may be set about lifetimes; the values that ship, with their sources, are knowledge/audience/lifetime.json."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """When a fit is not trusted.

    repeat_buyers: so many persons must have bought on two days or more. correlation: from so large a correlation of
    frequency with the money of a purchase (either sign) the Gamma-Gamma is said to be doubtful. far: a horizon of so
    many times the longest history is said to be far. runs_away: a parameter beyond this, or below its inverse, is held
    to have run away: the data do not tell it.
    """

    repeat_buyers: int = 100
    correlation: float = 0.3
    far: float = 2.0
    runs_away: float = 1e5
