"""Whether a text speaks against, of what kind the complaint is, what a brand's own rows teach; bad input. X1."""

import csv
import json
import re
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hongqiao.knowledge import opinions
from hongqiao.methods.opinion import Calibration, learn, packed, unpacked
from hongqiao.methods.opinion.anchors import anchors
from hongqiao.methods.opinion.reading import columns
from hongqiao.site.cli import main

LABELS = Path(__file__).parent / "data" / "opinion_kinds.csv"
POSTS = LABELS.with_name("opinion_posts.csv")
KINDS = {
    *(
        "allergy",
        "quality",
        "logistics",
        "service",
        "price",
        "authenticity",
        "advertising",
        "malicious",
        "press",
        "regulator",
    ),
}


def labels(half: str = "", file: Path = LABELS) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as rows:
        return [r for r in csv.DictReader(rows) if half in ("", r["half"])]


def kind(text: str) -> str:
    return opinions.judge().read([text])[0].kind


def p(text: str) -> float:
    return opinions.judge().read([text])[0].p


def test_the_labelled_sentences_are_different_and_of_the_ten_kinds_in_both_halves():
    rows = labels()
    assert len({r["text"] for r in rows}) == len(rows) >= 300
    for half in ("seen", "unseen"):
        assert {r["kind"] for r in labels(half)} == KINDS | {""}


def test_the_labelled_posts_are_different_and_alike_in_both_halves():
    rows = labels(file=POSTS)
    assert len({r["text"] for r in rows}) == len(rows) >= 140
    for half in ("seen", "unseen"):
        held = {r["kind"] for r in labels(half, POSTS)}
        assert held == {"allergy", "press", "malicious", "regulator", "quality", "logistics", ""}


@pytest.mark.parametrize(("half", "precision", "recall"), [("seen", 0.95, 0.95), ("unseen", 0.93, 0.86)])
def test_of_posts_headlines_and_reviews_most_kinds_are_told(half, precision, recall):
    rows = labels(half, POSTS)
    said = [o.kind for o in opinions.judge().read([r["text"] for r in rows])]
    right = sum(s == r["kind"] != "" for s, r in zip(said, rows, strict=True))
    assert right / sum(s != "" for s in said) >= precision
    assert right / sum(r["kind"] != "" for r in rows) >= recall


def test_what_is_told_outright_is_said_so_over_clauses_and_not_where_it_is_denied():
    told, denied, asked = opinions.judge().read(
        ["这批次的面霜我先不评价，脸颊泛红一片", "这批次的面霜好用，脸颊没有泛红一片", "用了会不会过敏泛红一片"]
    )
    assert (told.kind, told.outright) == ("allergy", True)
    assert not denied.outright
    assert not asked.outright


@pytest.mark.parametrize(
    ("half", "precision", "recall"), [("unseen", 0.8, 0.85), ("open", 0.75, 0.7), ("blind", 0.8, 0.7)]
)
def test_of_sentences_that_nobody_looked_at_most_kinds_are_told(half, precision, recall):
    rows = labels(half)
    said = [o.kind for o in opinions.judge().read([r["text"] for r in rows])]
    right = sum(s == r["kind"] != "" for s, r in zip(said, rows, strict=True))
    assert right / sum(s != "" for s in said) >= precision
    assert right / sum(r["kind"] != "" for r in rows) >= recall


@pytest.mark.parametrize(
    ("said", "kind_"),
    [
        ("用了两天脸上起了一大片红疹，又痒又疼", "allergy"),
        ("敏感肌用了没有过敏，也不刺痛，舒服", ""),
        ("请问敏感肌会不会过敏呀", ""),
        ("过敏体质也能用，很温和", ""),
        ("以前用别的会烂脸，换了它就好了，好用", ""),
        ("不是说不会过敏吗，我脸都肿了，难受死了", "allergy"),
        ("用之後臉上長滿疹子，又紅又癢", "allergy"),
        ("已经打12315投诉了", "regulator"),
        ("抽检合格，放心", ""),
        ("某晚报记者致电该公司，截至发稿未获回复", "press"),
        ("五千块删帖，不然让你上热搜", "malicious"),
    ],
)
def test_negation_questions_and_script_are_read(said, kind_):
    assert kind(said) == kind_


def test_against_is_told_from_for_whatever_the_width_case_or_script():
    assert p("质量太差了，垃圾，再也不买") > 0.8 > 0.2 > p("质量很好，物流快，会回购的")
    assert p("質量太差了，垃圾，再也不買") == p("质量太差了，垃圾，再也不买")
    assert p("ＡＢＣ质量太差") == p("abc质量太差")
    assert p("太差了 @某某 https://example.com/x") == pytest.approx(p("太差了"), abs=0.1)


def test_a_quoted_denial_and_another_hand_s_trouble_are_no_complaint():
    assert kind("官方辟谣：网传产品致癌不实") == ""
    assert kind("看了央视的广告来的，不错") == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "😂😂😂",
        "[爱心]",
        "\0\0",
        "\ud800",
        "<script>alert(1)</script>",
        "a" * 50_000,
        "垃圾！" * 20_000,
        "ก็็็็็็",
        "1",
    ],
)
def test_odd_texts_get_a_finite_answer_quickly(text):
    started = time.process_time()
    (one,) = opinions.judge().read([text])
    assert 0 < one.p < 1
    assert time.process_time() - started < 1


def test_no_texts_give_no_opinions_and_a_text_s_answer_depends_on_no_other():
    judge = opinions.judge()
    assert judge.read([]) == []
    texts = [r["text"] for r in labels()] * 5
    assert judge.read(texts)[1100:1110] == judge.read(texts[1100:1110])


def test_the_weights_are_small_and_read_back_as_written():
    folder = Path(opinions.__file__).parent / "opinion"
    assert (folder / "weights.npz").stat().st_size < 1_000_000
    weights = np.zeros(1 << 20)
    weights[:5] = [1.27, -1.27, 0.5, 0, 0.01]
    data = packed(weights, 0.25, "x")
    assert data == packed(weights, 0.25, "x")
    model = unpacked(data, {})
    assert model.weights[:5] == pytest.approx(weights[:5], abs=0.01)
    assert (model.bias, model.version) == (0.25, "x")
    with pytest.raises(ValueError, match="layout"):
        unpacked(packed(np.ones(8), 0, "x"), {})


def test_a_run_over_the_end_of_a_text_does_not_count():
    found, counts, starts = columns(["ab", "", "c"])
    assert starts.tolist() == [0, 3, 4]
    assert counts[:5].tolist() == [
        [True, True, False],
        [True, False, False],
        [False, False, False],
        [False, False, False],
        [True, False, False],
    ]


def test_few_labels_move_a_brand_little_and_one_class_alone_does_not_run_away():
    judge = opinions.judge()
    texts = ["还行吧", "一般般", "可以的"]
    before = [o.p for o in judge.read(texts)]
    for said in ([True], [False], [True] * 3, [False] * 3):
        after = [o.p for o in judge.taught(texts[: len(said)], said).read(texts)]
        assert all(abs(a - b) < 0.35 for a, b in zip(after, before, strict=True))
    assert judge.taught([], []).calibration == judge.calibration
    with pytest.raises(ValueError, match="label"):
        learn(judge.model, ["a"], [], judge.calibration)


def test_a_brand_s_share_of_negatives_shows_in_its_probabilities():
    judge, rng = opinions.judge(), np.random.default_rng(0)
    rows = [r for r in labels() if r["neg"] == "0"] * 3 + [r for r in labels() if r["neg"] == "1"][:10]
    rng.shuffle(rows)  # type: ignore[arg-type]
    texts, neg = [r["text"] for r in rows], [r["neg"] == "1" for r in rows]
    taught = judge.taught(texts, neg)
    assert np.mean([o.p for o in taught.read(texts)]) == pytest.approx(np.mean(neg), abs=0.06)
    assert taught.calibration == judge.taught(texts[::-1], neg[::-1]).calibration


def test_clicks_teach_a_brand_words_of_its_own():
    judge = opinions.judge()
    ours, theirs = [f"今天第{i}次看到青瓷盏了" for i in range(60)], [f"今天第{i}次看到白玉杯了" for i in range(60)]
    told = {t: o.p for t, o in zip(ours + theirs, judge.read(ours + theirs), strict=True)}
    assert abs(told[ours[0]] - told[theirs[0]]) < 0.3
    taught = judge.taught(ours + theirs, [True] * 60 + [False] * 60)
    a, b = taught.read(["又见青瓷盏", "又见白玉杯"])
    assert a.p > 0.5 > b.p
    assert taught.calibration.words


def test_a_calibration_without_words_is_a_plain_sigmoid():
    model = opinions.model()
    z = model.logits(["好用", "垃圾"])
    assert Calibration(2.0, -1.0).probabilities(model, ["好用", "垃圾"]) == pytest.approx(1 / (1 + np.exp(1 - 2 * z)))


@given(st.sampled_from([c.expression.pattern for c in opinions.kinds().cues]), st.data())
@settings(max_examples=300, deadline=None)
def test_whatever_an_expression_matches_holds_one_of_its_anchors(expression, data):
    text = data.draw(st.from_regex(expression, alphabet=st.characters(codec="utf-8", exclude_characters="\0\n")))
    match = re.search(expression, text)
    assert match
    assert any(a in text for a in anchors(expression))


def test_every_cue_of_a_labelled_sentence_is_found_without_trying_all():
    kinds, model = opinions.kinds(), opinions.model()
    folded = model.fold([r["text"] for r in labels()])
    for text, may in zip(folded, kinds.finder.candidates(folded), strict=True):
        assert {n for n, c in enumerate(kinds.cues) if c.expression.search(text)} <= may


def test_the_command_answers_every_row_and_needs_only_text(tmp_path, capsys):
    data, out = tmp_path / "d.csv", tmp_path / "o.csv"
    data.write_text("id,text,neg\n1,烂脸了,0\n2,,1\n3,很好用,1\n", "utf-8-sig")
    assert main(["bench", "opinion", "--data", str(data), "--out", str(out)]) == 0
    line = json.loads(capsys.readouterr().out)
    assert (line["bench"], line["rows"]) == ("opinion", 3)
    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    assert [list(r) for r in rows] == [["row", "p_negative", "negative", "kind"]] * 3
    assert [(r["row"], r["negative"], r["kind"]) for r in rows][0::2] == [("0", "1", "allergy"), ("2", "0", "")]


def test_the_command_calibrates_and_says_what_is_wrong_with_the_file(tmp_path, capsys):
    data, out, labelled = tmp_path / "d.csv", tmp_path / "o.csv", tmp_path / "l.csv"
    data.write_text("text\n一般\n", "utf-8")
    labelled.write_text("text,neg\n" + "一般,0\n还行,0\n" * 30, "utf-8")
    arguments = ["bench", "opinion", "--data", str(data), "--out", str(out), "--calibrate", str(labelled)]
    assert main(arguments) == 0
    assert json.loads(capsys.readouterr().out)["learned_from"] == 60
    labelled.write_text("text,neg\n一般,maybe\n", "utf-8")
    assert main(arguments) == 2
    assert "neg" in capsys.readouterr().err
    labelled.write_text("text\n一般\n", "utf-8")
    assert main(arguments) == 2
    data.write_text("words\n一般\n", "utf-8")
    assert main(arguments[:-2]) == 2
    assert "text" in capsys.readouterr().err
