"""Will they buy again, how often, for how much: customers who come and go without telling. Serves U1, D1.

`Purchases.of` (transactions to purchase days), `.histories` (frequency, recency, age), `bgnbd.fit` (BG/NBD),
`expected` (purchases to come, who is still there), `spend.fit` (Gamma-Gamma), `calibration.told` (predicted against
what happened). Formulas, sources and refusals stand in docs/audience-methods.md. NumPy and SciPy are loaded when a
method is called, not when this is imported.
"""

from hongqiao.methods.lifetime.purchases import Histories, Purchases
from hongqiao.methods.lifetime.settings import Limits
from hongqiao.methods.refusal import Refused

__all__ = ["Histories", "Limits", "Purchases", "Refused"]
