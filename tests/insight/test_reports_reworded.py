"""A report's sentences in a model's words: one by one, marked, only on its page, never another figure."""

import re

import pytest

from hongqiao.errors import NotAllowed, NotFound
from hongqiao.insight.models import Report
from hongqiao.insight.reports import queries, rewording, services
from hongqiao.workspace import jobs, permissions
from hongqiao.workspace import services as workspace
from hongqiao.workspace.assistant.errors import NoAssistant
from hongqiao.workspace.assistant.rewording import veiled
from hongqiao.workspace.models import Account, AssistantCall, AuditEntry, Job
from tests.speaker import speaker  # noqa: F401

from .conftest import text
from .test_reports import DAY, START, fill_ledger

URL = "/b/anlan/data/reports/"


@pytest.fixture
def row(owner) -> Report:
    fill_ledger(owner)
    return services.build(actor=owner, kind="review", day=DAY, start=START)


@pytest.fixture
def on(owner, speaker):  # noqa: F811
    """A model that puts a word before each sentence, so that it stays faithful."""
    workspace.save_assistant(
        actor=owner, url=speaker.url, model="small-1", key="", uses=["reword"], monthly=99, active=True, seen=None
    )
    speaker.says = lambda body: "这样看：" + body["messages"][-1]["content"]
    return speaker


def test_each_sentence_is_reworded_marked_and_has_its_original_beside(web, owner, row, on):
    sentences = rewording.texts(queries.in_words(owner, row))
    assert len(sentences) > 4  # more than one run of the job
    web.post(f"{URL}{row.pk}/reword/", {})
    jobs.work_off()
    assert Job.objects.get(kind=rewording.REWORD).state == "done"
    page = web.get(f"{URL}{row.pk}/")
    made = rewording.shown(row, queries.in_words(owner, row))
    known = rewording.names(row)
    assert set(made) == {s for s in sentences[:24] if veiled(s, known).held}
    assert len(made) > 2
    assert text(page).count("由模型改写") >= len(made)
    for original, kept in made.items():
        assert kept.text == "这样看：" + original
    held = [b for s in page.context["sections"] for b in s["blocks"] if b["reworded"]]
    assert {b["text"] for b in held} == set(made)
    assert AuditEntry.objects.filter(code="report.reworded").count() == 1


def test_no_figure_account_or_member_leaves_the_house(web, owner, row, on):
    web.post(f"{URL}{row.pk}/reword/", {})
    jobs.work_off()
    names = [*Account.objects.values_list("name", flat=True), owner.user.name, owner.brand.name]
    for _heads, body, _path in on.got:
        sent = body["messages"][-1]["content"]
        assert not re.search(r"\d", re.sub(r"⟦\d+⟧", "", sent)), sent
        assert not any(name in sent for name in names if len(name) > 1), sent


def test_a_sentence_that_comes_back_with_another_figure_stays_as_it_was(web, owner, row, on):
    on.says = lambda body: body["messages"][-1]["content"] + "约 40%。"
    web.post(f"{URL}{row.pk}/reword/", {})
    jobs.work_off()
    assert Job.objects.get(kind=rewording.REWORD).state == "done"
    assert "由模型改写" not in text(web.get(f"{URL}{row.pk}/"))


def test_files_and_the_interface_carry_the_reports_own_sentences(web, owner, row, on):
    before = queries.file_of(owner, row, "html"), row.digest
    web.post(f"{URL}{row.pk}/reword/", {})
    web.get(f"{URL}{row.pk}/file.html")
    jobs.work_off()
    said = queries.in_words(owner, queries.report_of(owner, row.pk))
    assert not any("这样看" in str(b) for s in said.sections for b in s["blocks"])
    assert (web.get(f"{URL}{row.pk}/file.html").content, Report.objects.get(pk=row.pk).digest) == before
    web.post(f"{URL}{row.pk}/reword/", {"do": "back"})
    assert "由模型改写" not in text(web.get(f"{URL}{row.pk}/"))


def test_only_who_tends_reports_asks_and_only_where_the_use_is_on(web, owner, row, on, specialist, stranger):
    if not permissions.allows(specialist, queries.TEND):
        with pytest.raises(NotAllowed):
            rewording.ask(actor=specialist, report_id=row.pk)
    with pytest.raises(NotFound):
        rewording.ask(actor=stranger, report_id=row.pk)
    assert "换个说法" in text(web.get(f"{URL}{row.pk}/"))
    workspace.save_assistant(
        actor=owner, url=on.url, model="small-1", key="", uses=["ask"], monthly=99, active=True, seen=None
    )
    assert "换个说法" not in text(web.get(f"{URL}{row.pk}/"))
    with pytest.raises(NoAssistant):
        rewording.ask(actor=owner, report_id=row.pk)
    assert not AssistantCall.objects.exists()
