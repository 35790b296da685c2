"""Addresses of the workspace. A room that owns an address of the brand stands before these in the site's map."""

from django.urls import URLPattern, path

from hongqiao.workspace.views import assistant, calendars, house, person, records, searching, team, webhooks

B = "b/<slug:brand>/"

urlpatterns: list[URLPattern] = [
    path("", person.home, name="home"),
    path("in/<str:token>", person.sign_in_link, name="sign_in_link"),
    path("invite/<str:token>", person.invitation, name="invitation"),
    path("me/", person.profile, name="profile"),
    path("me/password/", person.password_done, name="password_done"),
    path("me/calendar/", calendars.mine, name="calendars"),
    path("feeds/<str:token>.ics", calendars.feed, name="feed"),
    path("me/notices/", person.notices, name="notices"),
    path("me/brands/new/", person.new_brand, name="new_brand"),
    path(f"{B}settings/", team.home, name="settings_home"),
    path(f"{B}settings/members/", team.members, name="settings_members"),
    path(f"{B}settings/roles/", team.roles, name="settings_roles"),
    path(f"{B}settings/accounts/", team.accounts, name="settings_accounts"),
    path(f"{B}settings/audit/", records.audit, name="settings_audit"),
    path(f"{B}settings/audit/export.csv", records.audit_csv, name="settings_audit_csv"),
    path(f"{B}settings/jobs/", records.jobs, name="settings_jobs"),
    path(f"{B}settings/tokens/", house.tokens, name="settings_tokens"),
    path(f"{B}search/", searching.find, name="search"),
    path(f"{B}settings/webhooks/", webhooks.webhooks, name="settings_webhooks"),
    path(f"{B}settings/webhooks/<uuid:webhook_id>/", webhooks.webhook, name="settings_webhook"),
    path(f"{B}settings/model/", assistant.page, name="settings_assistant"),
    path(f"{B}settings/pause/", house.pauses, name="settings_pause"),
    path(f"{B}settings/brand/", house.brand, name="settings_brand"),
]
