"""What a brand may set about watching, and the one error for what cannot be watched."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from hongqiao.errors import N_, Invalid


class BadSeries(Invalid):
    """The series, or what goes with them, cannot be taken as they are. `what`: a code, `detail`: the offending
    value."""

    code = "bad_series"
    message = N_("数据序列不可用：%(what)s（%(detail)s）")
    next_step = N_("请核对序列的天数、分母、节点日期与设置后重试")


@dataclass(frozen=True)
class WatchSettings:
    """Rates, windows and minimum histories. The defaults are the ones measured in docs/benchmarks.md.

    alerts_per_week: false alerts a brand-week over all its series together, when nothing happens (the stated rate).
    spike_share, drift_share: parts of that rate kept for single days and for slow drifts; the rest is for shifts.
    hint_days: days a series-year that may be marked as hints when nothing happens (the stated rate of hints).
    min_history: observed days before a series is judged; after_break: observed days after a break before it is again.
    gap_days: days without data after which a series starts again as after a break.
    yearly_history: days before last year's movement of the level is used. level_gain, week_gain: floors of the gains
    with which level (a day) and weekday effects (a visit) are followed. scale_days: memory of the scale in days;
    history: days of own scores that a score is ranked against. prior_days: how many days of ideal scores stand in for
    a history that is still missing. prior_widening: factor on those ideal scores, for what estimating costs;
    run_widening: the least factor on scores of runs, for the same. runs: lengths in days of the runs that are added up
    to see a shift, for alerts; hint_runs: for hints. confirm_days, confirm_score: observed days and score after which
    a shift is taken as the new level. dispersion: variance/mean² beyond Poisson around which counts are stabilised
    (.02: a day-to-day spread of 14 %). event_margin: days before and after an event that belong to it; event_spread:
    spread (log) of an event not seen before, for counts; event_scales: the same in scales, for every kind;
    event_change: share of a known effect that may change from year to year. peers: earlier pieces that a piece is held
    against at least; early_share, falling_share: percentiles at which it takes off or falls; early_multiple: times the
    median that taking off takes at least; early_scales: the same in scales of chance (Poisson), so that few are not
    called many; snapshot_gap: ratio of ages between two snapshots beyond which nothing is said of the time between.
    paths: simulated courses behind a forecast; forecast_interval: coverage of its interval. interval: coverage of the
    interval that is shown. merge_days: quiet days after which a new finding begins.
    """

    alerts_per_week: float = 0.02
    spike_share: float = 0.3
    drift_share: float = 0.2
    hint_days: float = 44.0
    min_history: int = 28
    after_break: int = 7
    gap_days: int = 28
    yearly_history: int = 400
    level_gain: float = 0.05
    week_gain: float = 0.08
    scale_days: int = 120
    history: int = 364
    prior_days: int = 60
    prior_widening: float = 1.05
    run_widening: float = 1.22
    runs: tuple[int, ...] = (2, 3, 4, 5, 7, 10, 14, 21)
    hint_runs: tuple[int, ...] = (1, 2, 3)
    confirm_days: int = 14
    confirm_score: float = 5.5
    dispersion: float = 0.02
    event_margin: int = 1
    event_spread: float = 0.8
    event_scales: float = 6.0
    event_change: float = 0.35
    interval: float = 0.95
    merge_days: int = 3
    peers: int = 10
    early_share: float = 0.9
    falling_share: float = 0.1
    early_multiple: float = 1.5
    early_scales: float = 2.5
    snapshot_gap: float = 3.0
    paths: int = 400
    forecast_interval: float = 0.9

    def __post_init__(self) -> None:
        """Raises BadSeries naming the first setting out of its range."""
        for name in ("runs", "hint_runs"):
            if not getattr(self, name) or min(getattr(self, name)) < 1 or max(getattr(self, name)) > 100:
                raise BadSeries(what="setting", detail=f"{name}={getattr(self, name)}")
        for name, value in asdict(self).items():
            if name not in ("runs", "hint_runs") and not (value > 0 or (name == "event_margin" and value == 0)):
                raise BadSeries(what="setting", detail=f"{name}={value}")
        for name in (
            "spike_share",
            "drift_share",
            "level_gain",
            "week_gain",
            "interval",
            "early_share",
            "falling_share",
            "forecast_interval",
        ):
            if getattr(self, name) >= 1 or self.spike_share + self.drift_share >= 1:
                raise BadSeries(what="setting", detail=f"{name}={getattr(self, name)}")

    @classmethod
    def of(cls, overrides: Mapping[str, Any]) -> Self:
        """Return the defaults with a brand's own values (as read from JSON). Raises BadSeries for a name not known."""
        known = {f.name: f.default for f in fields(cls)}
        return cls(**{name: _taken(name, value, known.get(name)) for name, value in overrides.items()})


def _taken(name: str, value: Any, default: Any) -> Any:
    """Return a JSON value as the type of its default. Raises BadSeries where it is of another, or has no default."""
    if isinstance(default, tuple) and isinstance(value, list) and all(type(v) is int for v in value):
        return tuple(value)
    if isinstance(default, float) and type(value) in (int, float):
        return float(value)
    if isinstance(default, int) and type(value) in (int, float) and value == int(value):
        return int(value)
    raise BadSeries(what="setting", detail=f"{name}={value}")
