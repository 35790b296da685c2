"""Events of persons to what the rules read, as one statement of DuckDB's SQL: one pass, a row a person.

A refund is an event of that word, or an order of a negative amount; it is taken off the money, and who gave everything
back has not bought. Days are those of the calendar, in the time the events are told in: of 30 days, the 30th before is the
earliest. Parameter of the statement: `$as_of` (a timestamp; what comes after it is not seen).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hongqiao.methods.tiers.facts import Rules

KINDS = ("follow", "leave", "order", "refund", "brought", "sent")
#: kinds that are no key action
NO_ACTION = ("leave", "refund", "sent")

STATEMENT = """
WITH told AS (
    SELECT {person} AS person, ts, {kind} AS kind, coalesce(amount, 0)::DOUBLE AS amount
    FROM {relation} WHERE ts <= $as_of AND {person} IS NOT NULL
),
seen AS (
    SELECT person, ts, amount,
        CASE WHEN kind = 'order' AND amount < 0 THEN 'refund' ELSE kind END AS kind,
        ts >= date_trunc('day', $as_of) - INTERVAL {active_days} DAY AS fresh,
        ts >= date_trunc('day', $as_of) - INTERVAL {loyal_window} DAY AS lately,
        ts >= date_trunc('day', $as_of) - INTERVAL {rfm_window} DAY AS counted
    FROM told
),
summed AS (
    SELECT person,
        max(ts) FILTER (kind = 'follow') AS followed,
        max(ts) FILTER (kind = 'leave') AS gone,
        max(ts) FILTER (kind NOT IN {no_action}) AS acted,
        min(ts) FILTER (kind = 'order') AS first_order,
        max(ts) FILTER (kind = 'order') AS last_order,
        count(*) FILTER (kind = 'order') AS ever,
        count(*) FILTER (kind = 'refund') AS refunds,
        sum(CASE kind WHEN 'order' THEN amount WHEN 'refund' THEN -abs(amount) ELSE 0 END) AS net,
        count(*) FILTER (fresh AND kind NOT IN {no_action}) AS actions,
        count(*) FILTER (kind = 'order' AND lately) AS orders,
        count(*) FILTER (kind = 'brought' AND lately) AS brought,
        count(*) FILTER (kind = 'order' AND counted) AS f,
        sum(CASE kind WHEN 'order' THEN amount WHEN 'refund' THEN -abs(amount) ELSE 0 END)
            FILTER (counted) AS m
    FROM seen GROUP BY person
)
SELECT person,
    followed IS NOT NULL AND (gone IS NULL OR gone < followed) AS follows,
    ever > 0 AND (refunds = 0 OR net > 0.005) AS bought,
    date_diff('day', first_order, $as_of) AS since_first,
    date_diff('day', last_order, $as_of) AS since_order,
    date_diff('day', acted, $as_of) AS since_action,
    actions, orders, brought,
    date_diff('day', last_order, $as_of) AS r, f, coalesce(m, 0) AS m,
    CASE WHEN ever > 1 AND last_order > first_order
        THEN date_diff('day', first_order, last_order) / (ever - 1) END AS every_days
FROM summed
"""


def facts_sql(rules: Rules, relation: str, words: Mapping[str, Sequence[str]], *, person: str = "person") -> str:
    """Return the statement over a relation with that column, ts, event, amount. words: what each of KINDS is called.

    Columns: person, those of Facts, and every_days (mean days between orders, for `Rules.fitted`). `relation` and
    `person` are SQL of the caller, words are quoted. A column of event words that is stored by dictionary is compared
    once a word.
    """
    cases = [f"WHEN event IN {_listed(words[kind])} THEN '{kind}'" for kind in KINDS if words.get(kind)]
    more: dict[str, Any] = {k: int(getattr(rules, k)) for k in ("active_days", "loyal_window", "rfm_window")}
    kind = f"CASE {' '.join(cases)} ELSE 'action' END" if cases else "'action'"
    return STATEMENT.format(person=person, relation=relation, kind=kind, no_action=_listed(NO_ACTION), **more)


def _listed(words: Sequence[str]) -> str:
    return "(" + ", ".join("'" + w.replace("'", "''") + "'" for w in words) + ")"
