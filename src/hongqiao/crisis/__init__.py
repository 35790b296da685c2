"""舆情: what is said is heard, judged and graded; incidents are answered by the clock and mended until trust is back.

Rows X1, X2, X3. docs/crisis.md is the map of the room.
"""
