"""Drills: the same room and clocks, with a score. X2."""
