"""Maximum likelihood over positive parameters: from several starts, with a check that it arrived.

Works on the logarithms. What is minimised is a mean, so that the curvature found on a part of the data serves as the
first guess on all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hongqiao.methods.refusal import Refused

#: value and gradient of the mean negative log-likelihood at the logarithms of the parameters
Slope = Callable[[Any], tuple[float, Any]]


@dataclass(frozen=True)
class Optimum:
    """Where it ended: logarithms, the mean negative log-likelihood, the inverse curvature there."""

    theta: Any
    value: float
    inverse: Any


def minimise(slope: Slope, starts: Sequence[Any], n: float, runs_away: float, inverse: Any = None) -> Optimum | Refused:
    """Return the best optimum of the starts. Refused: not_converged, not_told (a parameter runs away, or the
    likelihood is flat there). n: over how many the mean is."""
    import numpy as np
    from scipy.optimize import minimize

    options: dict[str, Any] = {"gtol": 1e-6, "maxiter": 300}
    if inverse is not None:
        options["hess_inv0"] = inverse
    best = None
    for start in starts:
        with np.errstate(all="ignore"):
            found = minimize(slope, np.asarray(start, float), jac=True, method="BFGS", options=options)
        if np.isfinite(found.fun) and (best is None or found.fun < best.fun):
            best = found
    if best is None:
        return Refused("not_converged")
    if np.abs(best.x).max() > np.log(runs_away):
        return Refused("not_told", {"parameter": int(np.abs(best.x).argmax())})
    return _arrived(slope, best.x, n, runs_away)


def _arrived(slope: Slope, theta: Any, n: float, runs_away: float) -> Optimum | Refused:
    """Take Newton steps from where the search ended until what is left to gain is nothing."""
    import numpy as np

    for _ in range(4):
        value, gradient = slope(theta)
        curve = curvature(slope, theta)
        if not np.isfinite(curve).all() or np.linalg.eigvalsh(curve)[0] <= 1e-9:
            return Refused("not_told")
        step = np.linalg.solve(curve, gradient)
        if n * float(gradient @ step) < 1e-7:
            inverse = np.linalg.inv(curve)
            return Optimum(theta, float(value), (inverse + inverse.T) / 2)
        theta = theta - step * min(1.0, 1.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(theta).max() > np.log(runs_away):
            return Refused("not_told", {"parameter": int(np.abs(theta).argmax())})
    return Refused("not_converged")


def curvature(slope: Slope, theta: Any, width: float = 1e-4) -> Any:
    """Return the second derivatives by central differences of the gradient."""
    import numpy as np

    rows = []
    for k in range(len(theta)):
        step = np.zeros(len(theta))
        step[k] = width
        rows.append((slope(theta + step)[1] - slope(theta - step)[1]) / (2 * width))
    found = np.array(rows)
    return (found + found.T) / 2
