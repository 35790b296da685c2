"""Addresses of tickets and needs, under /b/<brand>/users/; and that of a partner's link, outside any brand."""

from django.urls import URLPattern, path

from hongqiao.audience.feedback.views import figures, needs, outside, ticket, tickets

urlpatterns: list[URLPattern] = [
    path("tickets/", tickets.listed, name="users_tickets"),
    path("tickets/export/", tickets.export, name="users_tickets_export"),
    path("tickets/new/", tickets.new, name="users_ticket_new"),
    path("tickets/figures/", figures.figures, name="users_ticket_figures"),
    path("tickets/teams/", figures.teams_page, name="users_teams"),
    path("tickets/<uuid:ticket_id>/", ticket.ticket, name="users_ticket"),
    path("needs/", needs.listed, name="users_needs"),
    path("needs/<uuid:need_id>/", needs.need, name="users_need"),
]
outside_patterns: list[URLPattern] = [path("t/<str:token>/", outside.partner_page, name="ticket_partner")]
