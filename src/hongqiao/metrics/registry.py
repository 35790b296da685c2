"""All sources by name."""

from hongqiao.metrics import cohorts, paid, pieces, sources
from hongqiao.metrics.sources import Source

SOURCES: dict[str, Source] = {s.name: s for s in (*sources.SIMPLE, *pieces.SOURCES, *cohorts.SOURCES, *paid.SOURCES)}
