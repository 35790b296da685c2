"""The rules over figures: what moved, what a cut of spend did, what is only mix, what takes off early, what few
share or watch to the end, what crossed a line that people drew. Serves D2."""

from hongqiao.insight.rules import early, mix, moved, pieces, source_cut, threshold
from hongqiao.ledger import rules

rules.register(moved.RULE, source_cut.RULE, mix.RULE, early.EARLY, early.FALLING, threshold.RULE)
rules.register(pieces.SHARE_LOW, pieces.COMPLETION_LOW)
