"""Addresses of the ledger, under /b/<brand>/ledger/."""

from django.urls import path

from hongqiao.ledger.views import actions, book, desk, findings, house, outcomes

urlpatterns = [
    path("ledger/", findings.home, name="ledger_home"),
    path("ledger/findings/<uuid:finding_id>/", findings.one, name="ledger_finding"),
    path("ledger/actions/", actions.home, name="ledger_actions"),
    path("ledger/actions/new/", actions.new, name="ledger_action_new"),
    path("ledger/actions/reckon/", actions.reckon, name="ledger_reckon"),
    path("ledger/actions/<uuid:action_id>/", actions.one, name="ledger_action"),
    path("ledger/my/", desk.my, name="ledger_my"),
    path("ledger/calendar/", desk.month, name="ledger_calendar"),
    path("ledger/outcomes/", outcomes.home, name="ledger_outcomes"),
    path("ledger/outcomes.<str:kind>", outcomes.export, name="ledger_export"),
    path("ledger/decisions/", house.decisions, name="ledger_decisions"),
    path("ledger/templates/", book.book, name="ledger_book"),
    path("ledger/rules/", house.rule_list, name="ledger_rules"),
    path("ledger/attach/", house.attach, name="ledger_attach"),
    path("ledger/drop/", house.drop, name="ledger_drop"),
    path("ledger/attachments/<uuid:attachment_id>/", house.download, name="ledger_attachment"),
]
