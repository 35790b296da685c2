"""The craft of a platform, read off a draft: limits, hook, logic, appeal, testimony, readability (C2).

`check(draft, know, limits)` yields what is found. What it goes by is data (`known(thresholds, cues)`); what is read
from cues alone says that it is a heuristic.
"""

from hongqiao.methods.craft.check import check
from hongqiao.methods.craft.know import Know, known
from hongqiao.methods.craft.model import Draft, Found, Shot
from hongqiao.methods.craft.pasted import shots
from hongqiao.methods.craft.prose import read
from hongqiao.methods.craft.reading import Measures, measures

__all__ = ["Draft", "Found", "Know", "Measures", "Shot", "check", "known", "measures", "read", "shots"]
