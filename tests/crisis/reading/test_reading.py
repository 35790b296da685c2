"""What a mention is read as: against us, grave, about whom, the same words as which; what the reader hands on."""

from datetime import timedelta

import pytest

from hongqiao import warehouse
from hongqiao.crisis import watching
from hongqiao.crisis.intake.arriving import Heard, arrive
from hongqiao.crisis.models import Alarm, Mention, WatchWord
from hongqiao.crisis.reading import facts, reader
from hongqiao.workspace import judging
from tests.crisis.kit import FINE, RASH, ago, heard, read, say, source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture
def where(cast):
    return source(cast.brand)


@pytest.fixture
def told(monkeypatch):
    """What the reader hands on, call by call."""
    calls = []
    monkeypatch.setattr(watching, "hear", lambda brand, rows: calls.append([m.outer for m in rows]))
    return calls


def watch(cast, about, name, names=(), unless=()):
    return WatchWord.objects.create(brand=cast.brand, about=about, name=name, names=list(names), unless=list(unless))


def test_a_complaint_is_opened_with_its_kind_cue_and_nature_and_praise_is_set_aside(where):
    bad, good = heard(where, RASH, FINE)
    assert (bad.state, bad.negative, bad.kind, bad.nature) == ("open", True, "allergy", "reaction")
    assert bad.cue in bad.text
    assert (good.state, good.negative, good.nature) == ("aside", False, "")
    assert good.p < 0.35 < bad.p


def test_a_death_told_without_a_bad_word_is_grave_and_a_denied_one_is_not(where):
    grave, denied = heard(where, "有顾客使用后死亡，家属已经报警", "辟谣：网传用户死亡一事不属实")
    assert (grave.state, grave.nature, grave.negative) == ("open", "death", True)
    assert denied.nature == ""


def test_the_reader_hands_on_what_is_fresh_and_ours_in_order_inside_its_transaction(cast, where, told):
    watch(cast, "brand", "安澜")
    watch(cast, "rival", "竞牌")
    say(where, RASH, "竞牌的面霜烂脸，差评", minutes=5)
    arrive(where, [Heard("old", RASH + "去年的", posted_at=ago(days=5))])
    say(where, "安澜" + FINE)
    read(cast.brand)
    assert told == [["m0", "m3"]]


def test_a_reader_that_fails_halfway_keeps_nothing_and_what_breaks_it_goes_to_a_person(cast, where, monkeypatch):
    say(where, RASH, FINE)

    def broken(brand, rows):
        if any(m.outer == "m0" for m in rows):
            raise ValueError("broken")

    monkeypatch.setattr(watching, "hear", broken)
    assert read(cast.brand) == 2
    one, two = Mention.objects.order_by("id")
    assert (one.state, one.p) == ("open", None)
    assert two.state == "aside"


def test_old_words_of_a_file_alarm_nobody(cast, where, told):
    arrive(where, [Heard("week", RASH, posted_at=ago(days=5)), Heard("year", RASH + "呀", posted_at=ago(days=200))])
    read(cast.brand)
    week, year = Mention.objects.order_by("-posted_at")
    assert (week.state, year.state, year.reason) == ("open", "aside", reader.OLD)
    assert told == []


def test_only_rivals_and_another_of_the_same_name_are_set_aside(cast, where):
    watch(cast, "brand", "安澜", ["anlan", "安蓝"], unless=["安澜医院", "安澜大厦", "大桥"])
    watch(cast, "rival", "竞牌")
    texts = ["安澜医院的医生把我看过敏了，差评", "安澜大桥又堵了，气死", "竞牌的面霜烂脸，差评"]
    rows = heard(where, *(t for t in texts))
    assert [m.state for m in rows] == ["aside"] * 3
    both, latin, part, sound = heard(
        where,
        "在安澜医院看的，用了安澜面霜过敏烂脸，差评",
        "ANLAN的面霜烂脸过敏，差评",
        "xanlany牌子的烂脸，差评",
        "安蓝的面霜烂脸过敏，差评",
    )
    assert [m.about for m in (both, latin, sound)] == [[{"about": "brand", "name": "安澜"}]] * 3
    assert [m.state for m in (both, latin, sound)] == ["open"] * 3
    assert part.about == []


def test_traditional_script_and_full_width_are_read_and_found(cast, where):
    watch(cast, "product", "积雪草精华", ["ＬＡＮ精华"])
    one, two = heard(where, "積雪草精華用了臉上起紅疹又癢又刺痛，太差了", "lan精华用了过敏起红疹，太差了")
    assert (one.negative, one.kind, one.about[0]["name"]) == (True, "allergy", "积雪草精华")
    assert two.about[0]["name"] == "积雪草精华"


def test_a_risk_word_opens_what_says_nothing_bad(cast, where):
    watch(cast, "risk", "召回")
    (row,) = heard(where, "听说要召回一批，有人知道吗")
    assert row.state == "open"
    assert row.about == [{"about": "risk", "name": "召回"}]


def test_the_same_words_follow_the_first_of_them_for_three_days(cast, where):
    rows = heard(where, RASH, RASH, "转发微博：" + RASH, RASH + "！！！", "物流三天没动静，客服也不理人")
    assert [m.first_id for m in rows] == [None, rows[0].pk, rows[0].pk, rows[0].pk, None]
    (later,) = heard(where, RASH)
    assert later.first_id == rows[0].pk
    Mention.objects.update(posted_at=ago(days=4))
    (fresh,) = heard(where, RASH)
    assert fresh.first_id is None


def test_a_flood_of_one_text_is_one_wave(cast, where):
    heard(where, *["垃圾品牌，烂脸，大家别买"] * 600)
    assert Mention.objects.filter(first=None).count() == 1
    assert Mention.objects.exclude(read_at=None).count() == 600


def test_a_drill_and_the_earnest_are_never_one_wave(cast, where):
    (real,) = heard(where, RASH)
    arrive(where, [Heard("d", RASH, posted_at=ago(minutes=1))], drill=True)
    read(cast.brand)
    assert Mention.objects.get(outer="d").first_id is None


def test_what_people_say_goes_before_the_reader_and_teaches_it(cast, where):
    texts = [f"第{n}天，这个质地绝绝子，绷不住了" for n in range(60)]
    rows = heard(where, *texts)
    before = judging.judge_of(cast.brand).read(texts[:1])[0].p
    for n, row in enumerate(rows):
        row.judged, row.judged_at = {"negative": True}, ago(minutes=60 - n)
        row.save()
    assert judging.judge_of(cast.brand).read(texts[:1])[0].p > before
    row = rows[0]
    row.judged, row.read_at, row.state = {"negative": True, "kind": "quality"}, None, "new"
    row.save()
    read(cast.brand)
    row.refresh_from_db()
    assert (row.negative, row.kind, row.state) == (True, "quality", "open")


def test_a_brand_that_denies_is_quoted_and_emoji_alone_say_nothing(where):
    quoted, emoji = heard(where, "品牌方回应：没有过敏案例，产品检测合格", "😡😡😡")
    assert quoted.nature == ""
    assert emoji.kind == ""
    assert emoji.read_at is not None


def test_a_reaction_told_outright_alarms_also_in_words_of_praise_and_plain_sarcasm_is_set_aside(where):
    named, plain = heard(where, "真棒，用一次就烂脸", "真是良心品牌呢")
    assert (named.state, named.kind, named.nature, named.negative) == ("open", "allergy", "reaction", True)
    assert plain.state == "aside"  # where it fails: docs/crisis.md


@pytest.mark.parametrize(
    ("said", "nature"),
    [
        ("修复精华过敏了，批号L2309", "reaction"),  # 修复 belongs to the product and denies nothing
        ("停用三天还在脱皮", "reaction"),
        ("舒缓精华用了半个月，没有过敏也没泛红", ""),
        ("担心过敏先在耳后试了两天，一点事没有", ""),
        ("别家的精华我一用就泛红，这款完全不会", ""),
        ("生理期爆痘，靠它压下去了", ""),
        ("【晚报】记者送检十款面霜，四款检出禁用成分", "press"),
        ("人民日报都点赞的国货，支持一下", ""),
    ],
)
def test_a_reaction_and_the_press_are_told_from_their_denial_and_their_praise(where, said, nature):
    (row,) = heard(where, said)
    assert row.nature == nature
    assert (row.state == "open") is bool(nature) or row.negative


def test_a_call_on_everybody_to_turn_away_is_malice_against_us_but_leaving_alone_is_not(where):
    call, own = heard(where, "割韭菜的三无牌子，大家快取关", "用不惯，自己默默取关了")
    assert (call.state, call.kind, call.negative) == ("open", "malicious", True)
    assert own.kind != "malicious"


def mentions_in(brand):
    handle = warehouse.open(brand.pk)
    return handle.fetch(handle.current("mentions")).to_pylist() if "mentions" in handle.tables() else []


def test_what_was_read_becomes_a_fact_once_without_names_and_a_drill_never(cast, where):
    arrive(where, [Heard("1", RASH, posted_at=ago(minutes=1), author="小王", likes=3, channel="红书")])
    arrive(where, [Heard("d", RASH, posted_at=ago(minutes=1))], drill=True)
    assert facts.give(cast.brand) == 0  # nothing is a fact before it was read
    read(cast.brand)
    assert facts.give(cast.brand) == 1
    Mention.objects.update(fact_at=None)  # killed between the put and its mark
    facts.give(cast.brand)
    (row,) = mentions_in(cast.brand)
    assert (row["channel"], row["likes"], row["text"]) == ("小红书", 3, RASH)
    assert row["author_key"] == Mention.objects.get(outer="1").author_key
    assert "小王" not in str(row)


def bring(cast, *rows):
    from hongqiao.warehouse import Origin, inbox
    from hongqiao.workspace import keys

    at = ago(minutes=1).replace(tzinfo=None)
    told = {"file_hash": "f", "file_name": "微博.csv", "sheet": "", "layout": "mapping.x", "kind": "api"}
    origin = Origin(cast.brand.pk, "douyin", cast.account.pk, "Asia/Shanghai", at, **told)
    inbox.put(cast.brand.pk, "mentions", list(rows), origin, keys.person_keys(cast.brand.pk))
    warehouse.models.Source.objects.filter(brand_id=cast.brand.pk).update(kind="file")


def test_mentions_of_files_are_heard_once_and_never_come_back_as_facts(cast, told):
    now = ago(minutes=9).isoformat()
    bring(cast, {"mention_key": "w1", "ts": now, "text": RASH, "author": "小王", "channel": "微博"})
    assert facts.hear_files(cast.brand) == 1
    assert facts.hear_files(cast.brand) == 0
    row = Mention.objects.get()
    assert (row.source.way, row.source.account, row.channel) == ("file", cast.account, "微博")
    assert row.author_key
    read(cast.brand)
    assert facts.give(cast.brand) == 0
    assert len(mentions_in(cast.brand)) == 1
    assert told == [["w1"]]


def test_facts_of_our_own_are_not_heard_again(cast, where):
    heard(where, RASH)
    facts.give(cast.brand)
    warehouse.models.Source.objects.filter(brand_id=cast.brand.pk).update(kind="file")
    assert facts.hear_files(cast.brand) == 0
    assert Mention.objects.count() == 1


def test_two_brands_never_read_each_others_words(cast, where):
    other = source(cast.stranger.brand, "别家")
    say(where, RASH)
    say(other, RASH)
    assert read(cast.brand) == 1
    assert Mention.objects.get(source=other).read_at is None
    read(other.brand)
    assert Mention.objects.get(source=other).first_id is None


def test_lags_count_from_posting(where):
    rows = heard(where, RASH, minutes=30)
    assert rows[0].heard_at - rows[0].posted_at >= timedelta(minutes=29)


def test_what_is_grave_is_read_before_a_backlog_in_order_of_arrival(cast, where):
    cast.brand.settings = {"crisis": {"intake": {"chunk": 5}}}
    cast.brand.save()
    say(where, *(f"{FINE}{n}" for n in range(12)))
    first, second = (say(where, f"{RASH}，批次{batch}")[0] for batch in ("A11111", "B22222"))
    assert reader.read_chunk(cast.brand) == 2
    assert list(Mention.objects.exclude(read_at=None).order_by("id")) == [first, second]
    assert Alarm.objects.get(why="grave").mention == first
    assert reader.read_chunk(cast.brand) == 5  # then the rest, as it came
    assert Mention.objects.filter(read_at=None).count() == 7
    assert read(cast.brand) == 7
    assert Alarm.objects.filter(why="grave").count() == 1
