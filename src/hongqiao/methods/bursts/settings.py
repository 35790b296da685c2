"""What may be set about bursts, and the one error for what cannot be taken."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from hongqiao.errors import N_, Invalid


class BadBursts(Invalid):
    """A setting or a carried state cannot be taken as it is. `what`: a code, `detail`: the offending value."""

    code = "bad_bursts"
    message = N_("突发监测的设置或状态不可用：%(what)s（%(detail)s）")
    next_step = N_("请核对设置；状态损坏时从头开始监测")


@dataclass(frozen=True)
class BurstSettings:
    """Times in minutes or days, everything else in units of the series itself. The defaults are the measured ones.

    threshold: score from which a row alarms. scales: minutes over which rows are weighed together. half_life: days in
    which a strongest excess so far counts half as rare; ahead: days of that which an excess must be ahead of it, so
    that what comes as strong every day is no burst; lag: minutes after which an excess counts among them, so that a
    rise is not held against itself. refractory, refractory_rows: minutes and rows after an alarm in which there
    is no second but where the excess grows `growth`-fold. warm_up: minutes before anything is told, at
    the start and after a gap of more than `gap` days. level: days over which the level is followed; season_rows: rows
    of an hour of the day over which its offset is. clip: typical deviations beyond which a row teaches no more. floor:
    typical deviations added to every excess, so that small ones do not differ much. tail: share of rows from which the
    tail is measured. least, deviations: an excess of whole numbers must be so many mentions and so many Poisson
    deviations. falls: whether a fall alarms too; room: it does only where zero is so many typical deviations away.
    """

    threshold: float = 0.5
    scales: tuple[float, ...] = (5.0, 20.0, 80.0)
    half_life: float = 14.0
    ahead: float = 1.1
    lag: float = 360.0
    refractory: float = 720.0
    refractory_rows: int = 24
    growth: float = 2.0
    warm_up: float = 1440.0
    gap: float = 7.0
    level: float = 1.0
    season_rows: int = 60
    clip: float = 20.0
    floor: float = 3.0
    tail: float = 0.05
    least: float = 5.0
    deviations: float = 3.0
    falls: bool = True
    room: float = 3.0

    def __post_init__(self) -> None:
        """Raises BadBursts naming the first setting out of its range."""
        for name, value in asdict(self).items():
            if name == "scales":
                good = bool(value) and all(0 < v <= 10080 for v in value)
            else:
                good = 0 < value < 1 if name in ("threshold", "tail") else 0 <= value < 1e9
            if not good or (value == 0 and name in ("half_life", "level", "season_rows")):
                raise BadBursts(what="setting", detail=f"{name}={value}")

    @classmethod
    def of(cls, overrides: Mapping[str, Any]) -> Self:
        """Return the defaults with a brand's own values (as read from JSON). Raises BadBursts for what is not known."""
        known = {f.name: f.default for f in fields(cls)}
        for name, value in overrides.items():
            listed = isinstance(value, list) and all(type(v) in (int, float) for v in value)
            if name not in known or not (listed if name == "scales" else type(value) in (int, float, bool)):
                raise BadBursts(what="setting", detail=f"{name}={value}")
        taken: dict[str, Any] = dict(overrides)
        if "scales" in taken:
            taken["scales"] = tuple(map(float, taken["scales"]))
        return cls(**taken)
