"""From an effect and its interval to a verdict: worked, did not, cannot tell with the reason."""

from __future__ import annotations

from dataclasses import dataclass

WORKED, DID_NOT, CANNOT_TELL = "worked", "did_not", "cannot_tell"


@dataclass(frozen=True)
class Verdict:
    """verdict: worked, did_not or cannot_tell; reason: a code, "" where the interval speaks for itself."""

    verdict: str
    reason: str = ""


def verdict(lo: float, hi: float, *, want: str = "up", smallest: float = 0.0, reason: str = "") -> Verdict:
    """Return what an interval says about an act that wanted the figure to go `up` or `down`.

    worked: the whole interval lies on the wanted side of zero. did_not: it excludes the smallest effect that would have
    been worth it (`smallest`, absolute), or lies on the other side altogether. Else cannot_tell: interval_spans_zero.
    `reason` given: nothing can be told whatever the interval says (no_controls, overlap, poor_fit, …).
    """
    if reason:
        return Verdict(CANNOT_TELL, reason)
    if want not in ("up", "down"):
        raise ValueError("want is up or down")
    low, high = (lo, hi) if want == "up" else (-hi, -lo)
    if low > 0:
        return Verdict(WORKED)
    if high < max(smallest, 0.0) or high <= 0:
        return Verdict(DID_NOT)
    return Verdict(CANNOT_TELL, "interval_spans_zero")
