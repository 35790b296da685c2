"""The invented year: its days, its seasons and the days on which files were downloaded."""

from datetime import date, datetime, timedelta

START = date(2025, 11, 23)
END = date(2026, 11, 22)
TODAY = date(2026, 11, 23)
N = (END - START).days + 1
DAYS = [START + timedelta(days=i) for i in range(N)]

#: first day, last day, factor on attention, factor on orders
SEASONS = [
    (date(2025, 12, 10), date(2025, 12, 12), 1.10, 1.9),  # 双12
    (date(2025, 12, 24), date(2025, 12, 25), 1.05, 1.1),
    (date(2026, 1, 12), date(2026, 2, 8), 1.00, 1.2),  # 年货节
    (date(2026, 2, 13), date(2026, 2, 22), 0.72, 0.35),  # 春节 (2026-02-17)
    (date(2026, 3, 5), date(2026, 3, 8), 1.20, 2.4),  # 38
    (date(2026, 5, 1), date(2026, 5, 5), 0.90, 0.9),
    (date(2026, 5, 15), date(2026, 5, 20), 1.15, 1.8),  # 520
    (date(2026, 5, 25), date(2026, 6, 15), 1.10, 1.4),  # 618
    (date(2026, 6, 16), date(2026, 6, 18), 1.30, 3.0),
    (date(2026, 8, 15), date(2026, 8, 19), 1.10, 1.6),  # 七夕 (2026-08-19)
    (date(2026, 10, 1), date(2026, 10, 7), 0.90, 0.85),
    (date(2026, 10, 20), date(2026, 11, 8), 1.10, 1.8),  # 双11
    (date(2026, 11, 9), date(2026, 11, 11), 1.12, 3.2),
    (date(2026, 11, 12), date(2026, 11, 15), 1.10, 1.1),
]
WEEK = [0.95, 0.95, 0.97, 0.98, 1.00, 1.10, 1.10]

#: every fourth Monday, the habit of the person who downloads
ROUNDS = [TODAY - timedelta(days=28 * k) for k in range(12, -1, -1)]


def index(day: date) -> int:
    """Position of a day in the year; may lie outside 0..N-1."""
    return (day - START).days


def attention(day: date) -> float:
    """How much people look at things on that day, about 1."""
    factor = next((a for first, last, a, _ in SEASONS if first <= day <= last), 1.0)
    return factor * WEEK[day.weekday()]


def appetite(day: date) -> float:
    """How much people buy on that day, about 1."""
    factor = next((b for first, last, _, b in SEASONS if first <= day <= last), 1.0)
    return factor * (0.95 + 0.1 * (WEEK[day.weekday()] - 0.95) / 0.15)


def days_between(first: date, last: date) -> list[date]:
    """Both ends included, cut to the year."""
    first, last = max(first, START), min(last, END)
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def months() -> list[tuple[str, date, date]]:
    """('2025-11', first day, last day) of each calendar month, cut to the year."""
    found: dict[str, list[date]] = {}
    for day in DAYS:
        found.setdefault(f"{day:%Y-%m}", []).append(day)
    return [(name, days[0], days[-1]) for name, days in found.items()]


def at(day: date, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, second)


def clock(seconds_of_day: float) -> tuple[int, int, int]:
    """Seconds after midnight to hour, minute, second."""
    whole = int(seconds_of_day) % 86400
    return whole // 3600, whole // 60 % 60, whole % 60
