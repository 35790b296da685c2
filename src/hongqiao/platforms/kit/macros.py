"""The steps from text to value, as DuckDB macros: vectorised, never a Python loop a cell (facts B0.4-B0.7).

A kind takes plain spellings by DuckDB's own cast. That cast reads 1_000, 0x10 and nan as numbers and rounds 1.5 to 2,
so each cast is guarded; what the guard turns away goes down the slow path, which knows every spelling of a back end and
nothing else.
"""

from functools import cache

from hongqiao.platforms.kit.cells import LOST
from hongqiao.platforms.kit.settings import formats

_WIDE = "０１２３４５６７８９．，＋－−％：＝＇　\u00a0"
_NARROW = "0123456789.,+--%:='  "
_AMOUNT = (
    r"^([+-]?)[¥￥]?((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?(?:[eE][+-]?\d{1,2})?|\.\d+) ?([<marks>]?)(?:<counters>)?$"
)
_DAY = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}"
_CLOCK = r"\d{1,2}:\d{1,2}(:\d{1,2}(\.\d+)?)?"

_TEXT = r"""
-- ="…" and a leading ' are how a csv keeps a spreadsheet from reading an id as a number
hq_bare(s) AS CASE WHEN starts_with(s, '=') THEN regexp_replace(s, '^="(.*)"$', '\1')
  WHEN starts_with(s, '''') THEN s[2:] ELSE s END;
hq_plain(s) AS trim(hq_bare(trim(translate(replace(s, <lost>, ''), <wide>, <narrow>))));

hq_parts(s) AS regexp_extract(s, <amount>, ['sign', 'digits', 'mark']);
hq_times(mark) AS CASE mark <multipliers> ELSE 1 END;
hq_parts_double(p) AS TRY_CAST(p['sign'] || replace(p['digits'], ',', '') AS DOUBLE) * hq_times(p['mark']);
hq_parts_decimal(p) AS TRY_CAST(p['sign'] || replace(p['digits'], ',', '') AS DECIMAL(28,8))
  * CAST(hq_times(p['mark']) AS DECIMAL(10,0));
hq_decimal(s) AS hq_parts_decimal(hq_parts(hq_plain(s)));
hq_is_double(s) AS isfinite(TRY_CAST(s AS DOUBLE)) AND NOT contains(s, '_');

hq_double(s) AS CASE WHEN hq_is_double(s) THEN TRY_CAST(s AS DOUBLE)
  WHEN s IS NOT NULL THEN hq_parts_double(hq_parts(hq_plain(s))) END;
-- only what prints back as it was written is taken at once
hq_int(s) AS CASE WHEN CAST(TRY_CAST(s AS BIGINT) AS VARCHAR) = s THEN TRY_CAST(s AS BIGINT)
  WHEN s IS NOT NULL AND hq_decimal(s) = trunc(hq_decimal(s)) THEN TRY_CAST(hq_decimal(s) AS BIGINT) END;
hq_money(s) AS CASE
  WHEN TRY_CAST(s AS DECIMAL(18,4)) IS NOT NULL AND NOT contains(s, '_') THEN TRY_CAST(s AS DECIMAL(18,4))
  WHEN s IS NOT NULL THEN TRY_CAST(hq_decimal(s) AS DECIMAL(18,4)) END;
-- a cell with a percent sign is a percentage; without one, the column's profile gives the scale
hq_rate(s, scale) AS CASE WHEN hq_is_double(s) THEN TRY_CAST(s AS DOUBLE) / scale
  WHEN s IS NOT NULL THEN
    hq_double(rtrim(hq_plain(s), '% ')) / CASE WHEN contains(hq_plain(s), '%') THEN 100 ELSE scale END END;

hq_clock(p) AS CASE
  WHEN regexp_full_match(p, '(\d+:)?\d{1,2}:\d{1,2}(\.\d+)?') THEN
    list_reduce(list_transform(string_split(p, ':'), x -> TRY_CAST(x AS DOUBLE)), (a, b) -> a * 60 + b)
  WHEN regexp_full_match(p, '(\d+小时)?(\d+分钟?)?(\d+(\.\d+)?秒)?') AND p <> '' THEN
    coalesce(TRY_CAST(regexp_extract(p, '(\d+)小时', 1) AS DOUBLE), 0) * 3600
    + coalesce(TRY_CAST(regexp_extract(p, '(\d+)分', 1) AS DOUBLE), 0) * 60
    + coalesce(TRY_CAST(regexp_extract(p, '([\d.]+)秒', 1) AS DOUBLE), 0)
  ELSE hq_double(regexp_replace(p, '(秒|s|S)$', '')) END;
hq_seconds(s) AS CASE WHEN hq_is_double(s) THEN TRY_CAST(s AS DOUBLE)
  WHEN s IS NOT NULL THEN hq_clock(hq_plain(s)) END;

-- Wed Aug 08 13:25:02 +0800 2012
hq_english_offset(p) AS CAST(regexp_extract(p, ' ([+-])\d{4} ', 1) || '1' AS BIGINT)
  * (CAST(regexp_extract(p, ' [+-](\d\d)\d\d ', 1) AS BIGINT) * 60
     + CAST(regexp_extract(p, ' [+-]\d\d(\d\d) ', 1) AS BIGINT));
hq_english(p, zone) AS timezone(zone, timezone('UTC',
  try_strptime(regexp_replace(p, '^\w+ (\w+ \d+ [\d:]+) \S+ (\d+)$', '\2 \1'), '%Y %b %d %H:%M:%S')
  - to_minutes(hq_english_offset(p))));
-- a back end leaves the year out of the current year's dates: the year of capture, or the one before
hq_in_year(p, year) AS try_strptime(year::VARCHAR || '年' || p,
  ['%Y年%m月%d日 %H:%M:%S', '%Y年%m月%d日 %H:%M', '%Y年%m月%d日']);
hq_yearless(p) AS regexp_full_match(p, '\d{1,2}月\d{1,2}日( \d{1,2}:\d{1,2}(:\d{1,2})?)?');
hq_supply(p, latest) AS CASE WHEN hq_in_year(p, year(latest)) <= latest
  THEN hq_in_year(p, year(latest)) ELSE hq_in_year(p, year(latest) - 1) END;
hq_offset(p, zone) AS timezone(zone, TRY_CAST(
  regexp_replace(regexp_replace(upper(p), '([+-]\d{2})(\d{2})$', '\1:\2'), ' ([Z+-])', '\1') AS TIMESTAMPTZ));
-- days since 1899-12-30, as a spreadsheet counts them
hq_serial(p) AS TIMESTAMP '1899-12-30'
  + to_microseconds(CAST(round(TRY_CAST(p AS DOUBLE) * 86400) AS BIGINT) * 1000000);
hq_written(p, zone, latest) AS CASE
  WHEN regexp_full_match(p, '<day>([ T]<clock>)?') THEN TRY_CAST(p AS TIMESTAMP)
  WHEN regexp_full_match(p, '<day>[ T]<clock> ?(Z|z|[+-]\d{2}(:?\d{2})?)') THEN hq_offset(p, zone)
  WHEN regexp_full_match(p, '\d{8}') THEN try_strptime(p, '%Y%m%d')
  WHEN regexp_full_match(p, '\d{14}') THEN try_strptime(p, '%Y%m%d%H%M%S')
  WHEN regexp_full_match(p, '\d{12}') THEN try_strptime(p, '%Y%m%d%H%M')
  WHEN regexp_full_match(p, '\d{5}(\.\d+)?') THEN hq_serial(p)
  WHEN regexp_full_match(p, '[A-Z][a-z]{2} [A-Z][a-z]{2} \d{1,2} [\d:]{8} [+-]\d{4} \d{4}') THEN hq_english(p, zone)
  WHEN hq_yearless(p) THEN hq_supply(p, latest)
  ELSE try_strptime(p, [<moments>]) END;
hq_moment(s, zone, latest) AS CASE
  WHEN s LIKE '____-__-__ __:__:__' OR s LIKE '____-__-__' THEN TRY_CAST(s AS TIMESTAMP)
  WHEN s IS NOT NULL THEN hq_written(hq_plain(s), zone, latest) END;
-- seconds or milliseconds since 1970; what is written out as a date in the same column is read as one
hq_epoch(s, zone, latest, unit) AS CASE WHEN s IS NULL THEN NULL
  WHEN NOT regexp_full_match(s, '\d{9,13}(\.\d+)?') THEN hq_moment(s, zone, latest)
  WHEN hq_double(s) * unit < 9e17 THEN timezone(zone, make_timestamptz(CAST(round(hq_double(s) * unit) AS BIGINT))) END
"""


def quote(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


@cache
def statements() -> tuple[str, ...]:
    """CREATE MACRO statements, words and formats filled in from formats.json."""
    rule = formats()
    amount = _AMOUNT.replace("<marks>", "".join(rule["multipliers"])).replace("<counters>", "|".join(rule["counters"]))
    filled = {
        "<lost>": quote(LOST),
        "<wide>": quote(_WIDE),
        "<narrow>": quote(_NARROW),
        "<amount>": quote(amount),
        "<multipliers>": " ".join(f"WHEN {quote(k)} THEN {v}" for k, v in rule["multipliers"].items()),
        "<day>": _DAY,
        "<clock>": _CLOCK,
        "<moments>": ", ".join(map(quote, rule["datetimes"])),
    }
    text = "\n".join(line for line in _TEXT.splitlines() if not line.startswith("--"))
    for token, value in filled.items():
        text = text.replace(token, value)
    return tuple(f"CREATE MACRO {one.strip()}" for one in text.split(";\n"))
