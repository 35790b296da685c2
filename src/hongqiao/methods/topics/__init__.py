"""Topics: how good an idea is, part by part, and what forbids it; how alike two titles are; how well the score told.

Pure: evidence in, levels with the rule that gave them out. Serves C1; the parts and their rules are data
(knowledge/content/topics.json).
"""

from hongqiao.methods.topics.alike import alike, grams, nearest
from hongqiao.methods.topics.calibrating import Rank, Suggestion, rank_correlation, suggest
from hongqiao.methods.topics.gates import Gate, gates
from hongqiao.methods.topics.model import PARTS, Evidence, Idea, Moment, Near, Part, Score, Whom
from hongqiao.methods.topics.scoring import score, total, verdict

__all__ = [
    "PARTS",
    "Evidence",
    "Gate",
    "Idea",
    "Moment",
    "Near",
    "Part",
    "Rank",
    "Score",
    "Suggestion",
    "Whom",
    "alike",
    "gates",
    "grams",
    "nearest",
    "rank_correlation",
    "score",
    "suggest",
    "total",
    "verdict",
]
