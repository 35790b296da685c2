"""Wording, law and platform rules checked over any text (C2)."""
