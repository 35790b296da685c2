"""The dictionary of metrics, defined once, and the engine that answers questions with it. Rows served: D1."""

from hongqiao.metrics.behind import RowsPage, rows_behind
from hongqiao.metrics.describe import describe
from hongqiao.metrics.dictionary import FAMILIES, METRICS, SHIPPED, families, retired
from hongqiao.metrics.dimensions import DIMENSIONS
from hongqiao.metrics.engine import query
from hongqiao.metrics.errors import BadPeriod, NotCuttable, UnknownDimension, UnknownMetric
from hongqiao.metrics.model import Dimension, Family, Measure, Metric
from hongqiao.metrics.notes import NOTES
from hongqiao.metrics.result import Column, Query, Result

__all__ = [
    "DIMENSIONS",
    "FAMILIES",
    "METRICS",
    "NOTES",
    "BadPeriod",
    "Column",
    "Dimension",
    "Family",
    "Measure",
    "Metric",
    "NotCuttable",
    "Query",
    "SHIPPED",
    "Result",
    "RowsPage",
    "UnknownDimension",
    "UnknownMetric",
    "describe",
    "families",
    "query",
    "retired",
    "rows_behind",
]
