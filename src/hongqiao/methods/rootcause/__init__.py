"""Which slices made a change: a search for its root causes, and contributions that add up to it. Serves D2.

`search` names the combinations of dimension values under which leaves changed alike, or none. `explain` splits the
change between two periods into parts that add up exactly, mix apart from rate. `lag_test` says whether one daily
series leads another, or stays silent.
"""

from hongqiao.methods.rootcause.contributions import Explained, Rules, Slice, explain, mix_and_rate
from hongqiao.methods.rootcause.lags import Lag, lag_test
from hongqiao.methods.rootcause.leaves import Leaves, additive, ratio
from hongqiao.methods.rootcause.search import Cause, Settings, search

__all__ = [
    "Cause",
    "Explained",
    "Lag",
    "Leaves",
    "Rules",
    "Settings",
    "Slice",
    "additive",
    "explain",
    "lag_test",
    "mix_and_rate",
    "ratio",
    "search",
]
