"""Conversion against a slow, plain reading."""

import re
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hongqiao.platforms.kit import columns, convert, engine, plain
from hongqiao.platforms.kit.cells import LOST, column, tidy
from hongqiao.platforms.kit.convert import CODES, TYPES, Scope
from hongqiao.platforms.kit.engine import Desk
from hongqiao.platforms.model import Field

CODED = (("抖音", "d"), ("音", "y"))
SCOPE = Scope("Asia/Shanghai", "2005-01-01", "2026-05-03 09:00:00")


@pytest.fixture(scope="module")
def connection():
    with engine.connect() as made:
        yield made


def both(connection, kind, texts, *, percent=False, key=False):
    """Values and problem codes by the macros alone; the way that reads plain cells itself says the same."""
    field = Field("h", "t", "c", kind, key=key, codes=CODED, otherwise="o")
    cells = tidy(pa.array(texts, pa.string()))
    connection.register("batch", pa.table({"n": range(len(texts)), "c0": cells}))
    slow = connection.execute(f"{convert.select(field, SCOPE, percent)} ORDER BY n").to_arrow_table().combine_chunks()
    with Desk() as desk:
        quick = columns.column(field, cells, SCOPE, desk, percent=percent)
    values, codes = pa.concat_arrays(slow["v"].chunks or [quick.values]), slow["b"].to_pylist()
    assert quick.values.equals(values), (kind, texts)
    assert codes == ([0] * len(texts) if quick.codes is None else quick.codes.to_pylist()), (kind, texts)
    return values, codes


def run(connection, kind, texts, *, percent=False, key=False):
    """(value, problem code) of each text."""
    values, codes = both(connection, kind, texts, percent=percent, key=key)
    return [(v, CODES[c]) for v, c in zip(values.to_pylist(), codes, strict=True)]


NULLS = ["", "-", "--", "—", "N/A", " - ", "\t", None]


@pytest.mark.parametrize(
    "kind", ["int", "number", "money", "rate", "percent", "seconds", "datetime", "date", "id", "text"]
)
def test_null_words_are_null_and_no_problem_unless_needed(connection, kind):
    assert run(connection, kind, NULLS) == [(None, "")] * len(NULLS)
    assert run(connection, kind, NULLS, key=True) == [(None, "missing_value")] * len(NULLS)


def plain_number(text: str) -> Decimal | None:
    """What a person reads, slowly."""
    wide = str.maketrans("０１２３４５６７８９．，＋－", "0123456789.,+-")
    match = re.fullmatch(
        r"([+-]?)[¥￥]?([\d.,]+) ?(千|万|亿|w|W|k|K)?(元|次|人|个|条|篇|粉丝)?", text.strip().translate(wide)
    )
    if not match:
        return None
    digits = match[2]
    if "," in digits and not re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d*)?", digits):
        return None
    try:
        number = Decimal(match[1] + digits.replace(",", ""))
    except InvalidOperation:
        return None
    times = {"千": 1000, "k": 1000, "万": 10_000, "w": 10_000, "亿": 100_000_000}
    return number * times.get((match[3] or "").lower(), 1)


def spelled(number: Decimal, style: int, unit: str) -> str:
    text = f"{number:,f}" if style == 1 else f"{number:f}"
    text = text.translate(str.maketrans("0123456789.,", "０１２３４５６７８９．，")) if style == 2 else text
    return ("¥" if style == 3 and number >= 0 else "") + text + unit


numbers = st.builds(
    spelled,
    st.decimals(-(10**9), 10**9, places=4, allow_nan=False) | st.integers(-(10**12), 10**12).map(Decimal),
    st.integers(0, 3),
    st.sampled_from(["", "", "万", "亿", "千", "w", "元", "次", " 万", "万次"]),
)
junk = st.text("0123456789.,-+eEx_万亿%¥ 元", max_size=9)


@settings(max_examples=80, deadline=None)
@given(st.lists(numbers | junk, min_size=1, max_size=30))
def test_numbers_equal_a_plain_reading(connection, texts):
    texts = [t for t in texts if "e" not in t.lower() and "%" not in t]
    expected = [plain_number(t) for t in texts]
    got = {k: run(connection, k, texts) for k in ("int", "number", "money")}
    for i, (text, number) in enumerate(zip(texts, expected, strict=True)):
        whole = number is not None and number == number.to_integral_value()
        if abs(number or 0) < 10**14:
            assert got["int"][i][0] == (int(number) if whole else None), text
            money = got["money"][i][0]
            assert (money is None) == (number is None), text
            assert money is None or abs(money - number) <= Decimal("0.00005"), text
        double = got["number"][i][0]
        assert (double is None) == (number is None), text
        assert double is None or double == pytest.approx(float(number), rel=1e-12), text


digits = st.from_regex(r"[+-]?[0-9]{0,16}(,[0-9]{3})?([.][0-9]{0,6})?", fullmatch=True)
clocks = st.from_regex(r"( |T|日| )?[0-9]{1,2}[:时][0-9]{2}([:分][0-9]{2}(秒|[.]5|Z)?)?", fullmatch=True)
calendar = st.from_regex(r"([0-9]{4}|[12][0-9]{3})[-/年.]?[0-3]?[0-9][-/月.]?[0-3]?[0-9]日?", fullmatch=True)
EDGES = [
    "0x10", "-0x1F", "inf", "-inf", "nan", "1e400", "1e-400", "1E5", "1_000", "-0", "007", "5.", ".5", "+5", "1.00005",
    "99999999999999.9999", "9223372036854775807", "9223372036854775808", "5%%", "5 %", "-1%", "%", "12.5%", "1,23",
    "1,234,567.5", "12秒", "-5秒", "1分2秒", "2026-04-03 21", "2026-04-03T2126Z", "2026-04-03T21+08:00", "2026-02-29",
    "2024-02-29", "2026-04-31", "0000-01-01", "1999-12-31 24:00:00", "2026-04-03 23:59:60", "19700101", "99999999",
    "='1'", "'1", '="12"', "=", "6.9E+18", f"{LOST}9007199254740992", "抖音", "合计", "全部", "03月19日", "46000",
    "音频", "1347334462", "３", "¥5", "1.2万"
]  # fmt: skip
edges = st.sampled_from(EDGES)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(TYPES)),
    st.lists(digits | clocks | calendar | st.builds(str.__add__, calendar, clocks) | edges | junk | st.none()),
    st.booleans(),
    st.booleans(),
)
def test_plain_cells_are_read_as_the_macros_read_them(connection, kind, texts, percent, key):
    both(connection, kind, texts, percent=percent, key=key)


@pytest.mark.parametrize("percent", [False, True])
@pytest.mark.parametrize("kind", sorted(TYPES))
def test_a_cell_taken_as_plain_by_itself_is_what_the_macros_make_of_it(connection, kind, percent):
    expected, _ = both(connection, kind, EDGES, percent=percent)
    for place, text in enumerate(EDGES):
        got, odd = plain.read(Field("h", kind=kind, codes=CODED, otherwise="o"), pa.array([text]), percent)
        assert odd is not None or got.equals(expected.slice(place, 1)), text


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(TYPES)), edges | numbers, edges | numbers)
def test_one_odd_cell_changes_nothing_about_the_others(connection, kind, odd, even):
    (together, codes), (alone, code) = both(connection, kind, [even, odd]), both(connection, kind, [even])
    assert together.slice(0, 1).equals(alone)
    assert codes[:1] == code


def test_what_is_no_number_says_so(connection):
    texts = ["1_000", "0x10", "nan", "inf", "1,23", "10万+", "abc", "1.5"]
    codes = [c for _, c in run(connection, "int", texts)]
    assert codes == ["not_a_number"] * 7 + ["not_whole"]
    assert [v for v, _ in run(connection, "number", texts)] == [None] * 7 + [1.5]


def test_large_numbers_neither_round_nor_overflow(connection):
    assert run(connection, "int", ["9007199254740993", "9999999999999999999999"]) == [
        (9007199254740993, ""),
        (None, "not_a_number"),
    ]
    assert run(connection, "money", ["99999999999999.9999", "1e30"]) == [
        (Decimal("99999999999999.9999"), ""),
        (None, "not_a_number"),
    ]


@pytest.mark.parametrize(
    ("text", "percent", "value", "code"),
    [
        ("25.00%", False, 0.25, ""),
        ("25.00%", True, 0.25, ""),
        ("２５％", False, 0.25, ""),
        ("0.366807", False, 0.366807, ""),
        ("35", True, 0.35, ""),
        ("0.5", True, 0.005, ""),
        ("35", False, 35.0, "rate_out_of_range"),
        ("-0.1", False, -0.1, "rate_out_of_range"),
        ("3.2星", False, None, "not_a_number"),
    ],
)
def test_a_rate_is_scaled_by_its_sign_or_its_column_never_by_its_size(connection, text, percent, value, code):
    ((got, said),) = run(connection, "rate", [text], percent=percent)
    assert got == pytest.approx(value) if value is not None else got is None
    assert said == code


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("4.586155", 4.586155), ("14.73秒", 14.73), ("62s", 62.0), ("00:01:02", 62.0), ("1:02", 62.0),
        ("1分20秒", 80.0),
        ("1小时2分3秒", 3723.0), ("10分钟", 600.0), ("１２秒", 12.0), ("1,200", 1200.0), ("秒", None), ("很长", None),
    ],
)  # fmt: skip
def test_seconds_in_every_spelling(connection, text, seconds):
    assert run(connection, "seconds", [text])[0][0] == seconds


FORMATS = [
    "%Y-%m-%d %H:%M:%S", "%Y年%m月%d日%H时%M分%S秒", "%Y年%m月%d日 %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y%m%d%H%M%S",
    "%Y.%m.%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S", '="%Y-%m-%d %H:%M:%S"', "%Y-%m-%dT%H:%M:%S+08:00", "%a %b %d %H:%M:%S +0800 %Y",
]  # fmt: skip
DAYS = ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日", "%Y.%m.%d"]
moments = st.datetimes(datetime(2005, 1, 1), datetime(2026, 5, 2)).map(lambda d: d.replace(microsecond=0))


def loose(moment: datetime, form: str) -> str:
    """As written without leading zeros."""
    return re.sub(r"(?<=[年月日时分/ ])0(?=\d)", "", moment.strftime(form))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(moments, st.sampled_from(FORMATS), st.booleans()), min_size=1, max_size=30))
def test_moments_in_every_format_come_back_as_written(connection, cases):
    texts = [loose(m, f) if bare and "%Y%m%d" not in f and "%a" not in f else m.strftime(f) for m, f, bare in cases]
    got = run(connection, "datetime", texts)
    assert got == [(m, "") for m, _, _ in cases], texts


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(moments, st.sampled_from(DAYS)), min_size=1, max_size=30))
def test_days_in_every_format_and_as_serial_numbers(connection, cases):
    serials = [str((m.date() - datetime(1899, 12, 30).date()).days) for m, _ in cases]
    got = run(connection, "date", [m.strftime(f) for m, f in cases] + serials)
    assert got == [(m.date(), "") for m, _ in cases] * 2


def test_hours_half_days_and_offsets(connection):
    texts = [
        "2026年4月7日9时",
        "45750.5",
        "2026-04-03T13:26:39Z",
        "2026-04-03 13:26:39 -0500",
        "2026-4-3 9:05",
        "202604070905",
    ]
    assert [v for v, _ in run(connection, "datetime", texts)] == [
        datetime(2026, 4, 7, 9),
        datetime(2025, 4, 3, 12),
        datetime(2026, 4, 3, 21, 26, 39),
        datetime(2026, 4, 4, 2, 26, 39),
        datetime(2026, 4, 3, 9, 5),
        datetime(2026, 4, 7, 9, 5),
    ]


def test_impossible_and_unbelievable_dates_are_told_apart(connection):
    texts = [
        "2026-02-30",
        "20261301",
        "昨天",
        "1900-01-00",
        "1900-01-01",
        "2",
        "2026-05-04",
        "2004-12-31",
        "9999-12-31",
    ]
    codes = [c for _, c in run(connection, "date", texts)]
    assert codes == ["not_a_date"] * 4 + ["date_out_of_range", "not_a_date"] + ["date_out_of_range"] * 3


def test_a_date_without_a_year_takes_the_year_of_capture_and_says_so(connection):
    assert run(connection, "datetime", ["03月19日 16:53", "12月31日 08:00"]) == [
        (datetime(2026, 3, 19, 16, 53), "year_from_capture"),
        (datetime(2025, 12, 31, 8), "year_from_capture"),
    ]


def test_epochs_are_local_moments(connection):
    assert run(connection, "epoch", ["1347334462", "1347334462.0", "2026-04-03 10:00:00", "x"]) == [
        (datetime(2012, 9, 11, 11, 34, 22), ""),
        (datetime(2012, 9, 11, 11, 34, 22), ""),
        (datetime(2026, 4, 3, 10), ""),
        (None, "not_a_date"),
    ]
    assert run(connection, "epoch_ms", ["1347334462500"])[0][0] == datetime(2012, 9, 11, 11, 34, 22, 500000)


@pytest.mark.parametrize(
    "text", ["\t6917000000000000001", "'6917000000000000001", '="6917000000000000001"', " 6917000000000000001 "]
)
def test_ids_lose_what_kept_a_spreadsheet_from_rounding_them(connection, text):
    assert run(connection, "id", [text]) == [("6917000000000000001", "")]


def test_ids_that_lost_digits_are_told(connection):
    (big, small) = column([6.917e18, 12.0]).to_pylist()
    assert big.startswith(LOST)
    assert small == "12"
    assert [c for _, c in run(connection, "id", [big, small, "6.91E+18"])] == ["id_lost_digits", "", "id_lost_digits"]
    assert run(connection, "int", [big])[0][0] == 6917000000000000000


def test_control_characters_are_stripped_and_line_breaks_kept():
    texts = ["a\x00b\x1f", "早\n安", "\ufeff x\u200b ", "👩\u200d🔬", "\u3000新品\xa0"]
    assert tidy(pa.array(texts)).to_pylist() == ["ab", "早\n安", "x", "👩\u200d🔬", "新品"]


def test_cells_of_a_workbook_are_the_text_a_person_sees():
    cells = [
        "",
        None,
        12.0,
        0.1,
        1e-7,
        True,
        datetime(2026, 4, 3, 1, 2, 3),
        datetime(2026, 4, 3).date(),
        timedelta(minutes=61),
        "x",
    ]
    assert column(cells).to_pylist() == [
        None, None, "12", "0.1", "0.0000001", "TRUE", "2026-04-03 01:02:03", "2026-04-03", "01:01:00", "x",
    ]  # fmt: skip


@pytest.mark.parametrize(("text", "seconds"), [("1.23e2", 123.0)])
def test_exponents_are_numbers(connection, text, seconds):
    assert run(connection, "number", [text]) == [(seconds, "")]
