"""The tabs of a room that several parts of the house fill: named here once, shown where their address exists."""

from __future__ import annotations

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from hongqiao.errors import N_
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Member

#: room → (name of the address, label, permission)
ROOMS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "content": (
        ("content_topics", N_("选题库"), "content.view"),
        ("content_calendar", N_("排期日历"), "content.view"),
        ("content_board", N_("制作"), "content.view"),
        ("content_desk", N_("发布台"), "content.view"),
        ("content_results", N_("效果优化"), "content.view"),
        ("content_check", N_("检查文案"), "content.view"),
        ("content_assets", N_("素材库"), "content.view"),
        ("book", N_("品牌手册"), "content.view"),
    ),
    "users": (
        ("users_home", N_("用户流转"), "users.view"),
        ("users_people", N_("用户"), "users.view"),
        ("users_growth", N_("成长体系"), "users.view"),
        ("users_inbox", N_("消息"), "users.view"),
        ("users_tickets", N_("反馈工单"), "users.view"),
        ("users_journeys", N_("自动触达"), "users.view"),
        ("users_communities", N_("社群与活动"), "users.view"),
        ("users_surveys", N_("问卷与访谈"), "users.view"),
    ),
    "crisis": (
        ("crisis_home", N_("舆情总览"), "crisis.view"),
        ("crisis_mentions", N_("提及"), "crisis.view"),
        ("crisis_incidents", N_("舆情事件"), "crisis.view"),
        ("crisis_sources", N_("监听来源"), "crisis.view"),
        ("crisis_watch", N_("监测词"), "crisis.view"),
        ("crisis_drills", N_("危机演练"), "crisis.view"),
    ),
}

#: pages that stand behind a tab, found by their names: (name of the address, label, permission)
INNER: tuple[tuple[str, str, str], ...] = (
    ("content_propose", N_("节点提选题"), "content.view"),
    ("content_plan", N_("月度计划"), "content.view"),
    ("content_drafts_home", N_("起草"), "content.view"),
    ("content_posters", N_("海报与封面"), "content.view"),
    ("content_results_timing", N_("最佳发布时间"), "content.view"),
    ("content_title_tests", N_("标题封面测试"), "content.view"),
    ("content_results_learnt", N_("学到了什么"), "content.view"),
    ("users_people_import", N_("导入会员资料"), "users.edit"),
    ("users_merges", N_("待确认合并"), "users.view"),
    ("users_rights", N_("个人信息请求"), "users.view"),
    ("users_trials", N_("试用"), "users.view"),
    ("users_bounds", N_("社群与活动的门槛"), "users.view"),
    ("users_benefits", N_("会员权益"), "users.view"),
    ("crisis_rounds", N_("巡检"), "crisis.view"),
    ("users_needs", N_("需求"), "users.view"),
    ("users_ticket_figures", N_("反馈时效"), "users.view"),
    ("users_canned", N_("快捷回复"), "users.view"),
)


def of(member: Member, room: str, on: str) -> list[dict[str, Any]]:
    """Return a room's tabs for the member; `on` is the name of the address of the one that is open."""
    shown = []
    for name, label, permission in ROOMS[room]:
        try:
            url = reverse(name, args=[member.brand.slug])
        except NoReverseMatch:
            continue
        if permissions.allows(member, permission):
            shown.append({"label": _(label), "url": url, "on": name == on})
    return shown
