"""When something fails the person reads what happened and what to do, in the house's look, even without a session."""

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.views import defaults
from django.views.csrf import csrf_failure

from hongqiao.errors import Conflict

REQUEST = RequestFactory().get("/somewhere")


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        (lambda: defaults.page_not_found(REQUEST, Exception()), 404, "没有找到这一页"),
        (lambda: defaults.permission_denied(REQUEST, Exception()), 403, "你的角色不能看这一页"),
        (lambda: defaults.bad_request(REQUEST, Exception()), 400, "这个请求看不懂"),
        (lambda: defaults.server_error(REQUEST), 500, "服务器出错了"),
        (lambda: csrf_failure(REQUEST), 403, "这一页放得太久了"),
    ],
)
def test_each_error_page_says_what_happened_and_leads_home(answer, status, words):
    answer = answer()
    page = answer.content.decode()
    assert answer.status_code == status
    assert words in page
    assert "ui/base.css" in page
    assert 'href="/"' in page


def test_the_error_page_shows_message_next_step_and_code():
    page = render_to_string(
        "ui/error.html", {"error": Conflict(), "message": "刚刚被改过", "next_step": "请刷新"}, request=REQUEST
    )
    assert "刚刚被改过" in page
    assert "请刷新" in page
    assert "conflict" in page


def test_the_fragment_marks_what_the_shell_script_reads():
    page = render_to_string(
        "ui/error_fragment.html", {"error": Conflict(), "message": "<b>改过</b>", "next_step": "刷新"}
    )
    assert "data-error-message>&lt;b&gt;改过" in page
    assert "data-error-next>刷新" in page
