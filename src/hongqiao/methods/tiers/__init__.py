"""Where each person of a brand stands, and how they move. Serves U1.

`Facts` (what is known of persons on a day, as arrays), `Rules` (thresholds, knowledge/audience/tiers.json),
`placed.tiers` and `placed.stages`, `rfm.scores`, `moves.movement`, `asking.facts_sql` (events to facts, in DuckDB's
SQL). Pure: no clock; NumPy is loaded when a rule is applied.
"""

from hongqiao.methods.tiers.facts import Facts, Rules

__all__ = ["Facts", "Rules"]
