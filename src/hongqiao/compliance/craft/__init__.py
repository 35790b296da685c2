"""Craft as the house knows it: the rules that ship with a brand's own levels and thresholds, and their words (C2)."""
