"""Transactions to purchase days, and those to what the models read: frequency, recency, age.

Purchases of one day are one (as lifetimes merges them): an order split in two is no repurchase. A refund (amount below
zero) is taken off the person's latest purchase day on or before it; a day given back in full is no purchase.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

WEEK = 7.0


@dataclass(frozen=True)
class Histories:
    """What is known of each person on one day. Weeks; sorted by `person`, the place in `Purchases.names`.

    x: purchase days after the first; t_x: age at the latest purchase; T: age on that day; money: mean of the purchase
    days after the first (0 where there is none; None where no amounts are known); first: of the first purchase day.
    """

    person: Any
    x: Any
    t_x: Any
    T: Any
    money: Any = None
    first: Any = None

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True)
class Purchases:
    """Purchase days, sorted by person and day. `names`: the persons; `stray`: refunds that no purchase is known of."""

    names: Any
    person: Any
    day: Any
    amount: Any
    stray: int = 0

    @classmethod
    def of(cls, persons: ArrayLike, days: ArrayLike, amounts: ArrayLike | None = None) -> Purchases:
        """Take transactions: whose, on which day (whole numbers or datetime64[D]), for how much (NaN counts as 0)."""
        import numpy as np

        names, codes = np.unique(np.asarray(persons), return_inverse=True)
        day = np.asarray(days).astype("datetime64[D]").astype(np.int64) if _dated(days) else np.asarray(days, np.int64)
        if not len(day):
            return cls(names, codes.astype(np.int64), day, None if amounts is None else np.zeros(0))
        low, span = int(day.min()), int(day.max() - day.min()) + 1
        key = codes.astype(np.int64) * span + (day - low)
        if amounts is None:
            key = np.unique(key)
            return cls(names, key // span, key % span + low, None)
        money = np.nan_to_num(np.asarray(amounts, float))
        key, money, stray = _net(key, money, span)
        return cls(names, key // span, key % span + low, money, stray)

    def histories(self, until: int) -> Histories:
        """Return what was known on the day `until` (inclusive) of everybody who had bought by then."""
        import numpy as np

        here = self.day <= until
        person, day = self.person[here], self.day[here]
        starts = np.flatnonzero(np.diff(person, prepend=-1))
        n = np.diff(np.append(starts, len(person)))
        first, last = day[starts], day[starts + n - 1] if len(starts) else day[:0]
        x = (n - 1).astype(float)
        told = Histories(person[starts], x, (last - first) / WEEK, (until - first) / WEEK)
        if self.amount is None:
            return told
        amount = self.amount[here]
        opening = amount[starts]
        later = np.add.reduceat(amount, starts) - opening if len(starts) else opening
        mean = np.divide(later, x, out=np.zeros_like(later), where=x > 0)
        return Histories(told.person, told.x, told.t_x, told.T, mean, opening)

    def bought(self, after: int, until: int) -> Any:
        """Return on how many days after `after` and up to `until` each of `names` bought."""
        import numpy as np

        here = (self.day > after) & (self.day <= until)
        return np.bincount(self.person[here], minlength=len(self.names))


def _dated(days: Any) -> bool:
    import numpy as np

    return np.asarray(days).dtype.kind in "MUO"


def _net(key: Any, money: Any, span: int) -> tuple[Any, Any, int]:
    """Return the purchase days that are left after refunds, their net amounts, and how many refunds were stray."""
    import numpy as np

    order = np.argsort(key, kind="stable")
    key, money = key[order], money[order]
    back = money < 0
    bought, where = np.unique(key[~back], return_inverse=True)
    net = np.bincount(where, money[~back], minlength=len(bought))
    if not back.any():
        return bought, net, 0
    latest = np.searchsorted(bought, key[back], "right") - 1
    theirs = (
        (latest >= 0) & (bought[latest] // span == key[back] // span) if len(bought) else np.zeros(len(latest), bool)
    )
    taken = np.bincount(latest[theirs], money[back][theirs], minlength=len(bought))
    kept = ~((taken < 0) & (net + taken <= 0.005))
    return bought[kept], (net + taken)[kept], int((~theirs).sum())
