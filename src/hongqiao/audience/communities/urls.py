"""Addresses of groups, activities and draws, under /b/<brand>/users/; and the public page, outside any brand."""

from django.urls import path

from hongqiao.audience.communities import bounds_views, views
from hongqiao.audience.communities.draws import bounds_views as draw_bounds
from hongqiao.audience.communities.draws import views as draws
from hongqiao.audience.communities.groups import views as groups
from hongqiao.audience.communities.public import views as public

urlpatterns = [
    path("communities/", views.home, name="users_communities"),
    path("communities/export/", views.export, name="users_communities_export"),
    path("communities/new/", views.new, name="users_activity_new"),
    path("communities/groups/", groups.listed, name="users_groups"),
    path("communities/groups/<uuid:group_id>/", groups.group, name="users_group"),
    path("communities/bounds/", bounds_views.bounds_page, name="users_bounds"),
    path("communities/draws/", draws.listed, name="users_draws"),
    path("communities/draws/bounds/", draw_bounds.bounds_page, name="users_draw_bounds"),
    path("communities/draws/<uuid:draw_id>/", draws.draw, name="users_draw"),
    path("communities/draws/<uuid:draw_id>/export/", draws.export, name="users_draw_export"),
    path("communities/draws/<uuid:draw_id>/proof/<str:name>/", draws.proof, name="users_draw_proof"),
    path("communities/<uuid:activity_id>/", views.activity, name="users_activity"),
    path("communities/<uuid:activity_id>/photo/<str:name>/", views.photo, name="users_activity_photo"),
]
outside_patterns = [
    path("d/<str:token>/", public.page, name="draw_public"),
    path("d/<str:token>/evidence.json", public.pack, name="draw_evidence"),
    path("d/<str:token>/verify_draw.py", public.verifier, name="draw_verifier"),
]
