"""Did it work: what an act brought, with its interval, or the reason why that cannot be told. Serves D2.

`structural.effect` (one series before and after, with controls), `synthetic.control` (one unit against others),
`did.effect` (several slices), `experiment.compare` (arms), `pooling.pool` (many small effects), `verdicts.verdict`.
"""

from hongqiao.methods.causal import did, experiment, pooling, structural, synthetic, verdicts
from hongqiao.methods.causal.results import Effect, Refused

__all__ = ["Effect", "Refused", "did", "experiment", "pooling", "structural", "synthetic", "verdicts"]
